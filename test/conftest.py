"""Which tests: --faults picks those of faults that were seen from outside,
whose docstrings begin with "Fault" and their numbers.  `make -f apxs.mk faults
BASE=commit` runs them against an old build, where each has to fail, but for
the cases marked `held`: they were right there already."""
import re

NUMBERED = re.compile(r"Fault \d+\.\d+(, \d+\.\d+)*: ")


def pytest_addoption(parser):
    parser.addoption("--faults", action="store_true",
                     help="only tests of numbered faults")


def pytest_configure(config):
    config.addinivalue_line("markers", "held: right in the old build, too")
    # what fails in a thread of a test has failed
    config.addinivalue_line(
        "filterwarnings", "error::pytest.PytestUnhandledThreadExceptionWarning")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--faults"):
        items[:] = [i for i in items
                    if NUMBERED.match(i.function.__doc__ or "")
                    and not i.get_closest_marker("held")]
