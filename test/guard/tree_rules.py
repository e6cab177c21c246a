"""Rules about all files: places, secrets, hosts, words, tests."""
import ast
import json
import re

from c_rules import need

TEXT = (".c", ".h", ".py", ".md", ".sql", ".mk", ".mjs", ".json", ".txt",
        ".awk", ".conf", ".load", ".sh", ".yml", ".yaml", ".html")


def texts(tree):
    """(name, text) of what people write: no seeds of fuzz targets."""
    for name, path in tree.files.items():
        if name.startswith("test/fuzz/seeds/"):
            continue
        if name.endswith(TEXT) or "." not in name.rsplit("/", 1)[-1] \
                or name.startswith(("debian/", ".ci/")):
            try:
                yield name, path.read_text()
            except UnicodeDecodeError:
                continue


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def no_places_of_this_machine(tree):
    """Where the tree lies, and where packages were downloaded from."""
    here = str(tree.top)
    for name, text in texts(tree):
        if here.count("/") > 1 and (here + "/" in text or here + '"' in text):
            yield f"{name}: names {here}"
        if re.search(r"^(--index-url|--extra-index-url|-i )", text, re.M) \
                and name.endswith("requirements.txt"):
            yield f"{name}: names a package index"
    locks = tree.names("package-lock.json")
    for name in locks:
        for package, entry in json.loads(tree.text(name))["packages"].items():
            if "resolved" in entry:
                yield f"{name}: {package} says where it was downloaded from"
    yield from need(locks, "package-lock.json")


SECRETS = [
    (r"sk-(?!gtw-)[A-Za-z0-9]{24,}", "an API key"),
    (r"sk-(?:proj|ant)-[A-Za-z0-9_-]{16,}", "an API key"),
    (r"sk-gtw-[A-Za-z0-9]{60}", "one of our keys"),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key"),
    (r"\bgh[pousr]_[A-Za-z0-9]{30,}", "a token"),
    (r"\bAKIA[0-9A-Z]{16}\b", "an access key"),
]
# keys that tests make up, written out so that their checksums are tested
MADE_UP = {"test/unit/test_key.c"}


def no_secrets(tree):
    seen = 0
    for name, text in texts(tree):
        seen += 1
        for pattern, what in SECRETS:
            for m in re.finditer(pattern, text):
                if name not in MADE_UP:
                    yield f"{name}:{line_of(text, m.start())}: {what}"
    yield from need(seen > 50, "files")


HOSTS = re.compile(r"https?://(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+)")
KNOWN_HOSTS = (
    "127.0.0.1", "localhost", "[::1]", "example.com", "example.org",
    "example.net", "example", "test", "invalid", "w3.org", "apache.org",
    "openai.com", "anthropic.com", "aliyuncs.com", "deepseek.com",
    "moonshot.cn", "moonshot.ai", "bigmodel.cn", "z.ai", "minimaxi.com",
    "minimax.io", "mistral.ai", "groq.com", "x.ai", "openrouter.ai",
    "azure.com", "googleapis.com", "docs.pytest.org", "bford.info",
    "spdx.org", "rfc-editor.org", "debian.org", "sqlite.org", "github.com",
    "json-c.github.io", "keepachangelog.com", "opentelemetry.io",
)


def hosts(tree):
    """Only those that everybody knows, or that are nobody's."""
    seen = 0
    for name, text in texts(tree):
        for m in HOSTS.finditer(text):
            seen += 1
            host = m[1].rstrip(".").lower()
            if len(host) > 2 and not any(
                    host == k or host.endswith("." + k) for k in KNOWN_HOSTS):
                yield (f"{name}:{line_of(text, m.start())}: {host} is a host "
                       "that guard does not know")
    yield from need(seen, "URLs")


# ---- words ----

# (a word, what it is called here).  In C, SQL and JSON a part of a name
# between underscores is a word.
WORDS = [
    ("tenant", "team"), ("tenants", "team"), ("customer", "team or caller"),
    ("organisation", "team"), ("workspace", "team"),
    ("provider", "upstream"), ("providers", "upstream"),
    ("backend", "upstream"), ("backends", "upstream"),
    ("channel", "upstream or route"), ("deployment", "route"),
    ("tariffs", "price"), ("rate_card", "price"), ("pricing", "price"),
    ("cost", "amount or charge"), ("costs", "amount or charge"),
    ("fee", "charge"), ("usd", "micro, pico and a currency"),
    ("cents", "micro, pico and a currency"), ("nano", "pico"),
    ("credits", "budget"), ("wallet", "budget"), ("balance", "budget"),
    ("invoice", "receipt"), ("invoices", "receipt"), ("voucher", "receipt"),
    ("apikey", "key"), ("virtual_key", "key"), ("access_key", "key"),
    ("refund", "settle"), ("holdback", "reserve"),
]
# "tariff" may name the file that applies a price, nothing in tables or JSON
NOT_IN_TABLES = [("tariff", "price"), ("api_key", "key"),
                 ("endpoint_id", "endpoint"), ("log", "ledger"),
                 ("transaction", "row"), ("quota", "limit or budget"),
                 ("entry", "row")]
# words of others' interfaces, and of the contract's error codes
OTHERS = re.compile(r"unbounded_cost|proxy_\w+|credit_balance\w*|"
                    r"auth[nz]?_provider\w*|"
                    r"^channel$|"           # of a delta (gpt-oss)
                    r"insufficient_quota|(in)?valid_api_key|missing_api_key")
IN_PROSE = ["tenant", "tenants", "provider", "providers", "backend",
            "backends", "wallet", "invoice", "tariffs"]
# files that hold what vendors write
VENDORS = ("mod_llmgw/core/tbl/upstream_errors.h",)


def wrong(identifier, words):
    """(word, better) for the first of the words in an identifier."""
    padded = f"_{identifier.lower()}_"
    for word, better in words:
        if f"_{word}_" in padded:
            return word, better
    return None


def words_of_c(tree):
    for s in tree.ours():
        if s.name in VENDORS:
            continue
        for m in re.finditer(r"\b[A-Za-z_]\w*\b", s.bare):
            found = None if OTHERS.fullmatch(m[0].lower()) \
                or OTHERS.search(m[0].lower()) else wrong(m[0], WORDS)
            if found:
                yield s.at(m.start()), m[0], found[1]
        for offset, text in s.strings:
            if re.fullmatch(r"[a-z_]+", text) and not OTHERS.fullmatch(text):
                found = wrong(text, WORDS)
                if found:
                    yield s.at(offset), f'"{text}"', found[1]


def words_of_sql(tree):
    for name in tree.names("sql/*.sql", "sql/migrations/*.sql"):
        text = re.sub(r"--[^\n]*", "", tree.text(name))
        text = re.sub(r"'[^']*'", "''", text)
        for m in re.finditer(r"\b[A-Za-z_]\w*\b", text):
            found = wrong(m[0], WORDS + NOT_IN_TABLES)
            if found:
                yield f"{name}:{line_of(text, m.start())}", m[0], found[1]


def words_of_docs(tree):
    better = dict(WORDS)
    for name in tree.names("README.md", "docs/*.md"):
        text = tree.text(name)
        for m in re.finditer(rf"\b({'|'.join(IN_PROSE)})\b", text, re.I):
            around = text[max(0, m.start() - 30):m.end() + 20]
            if not re.search(r"auth\w* provider|not .{0,20}(called|named)",
                             around):
                yield (f"{name}:{line_of(text, m.start())}", m[0],
                       better[m[1].lower()])
        for m in re.finditer(r'"([a-z_]+)" *:', text):
            found = wrong(m[1], WORDS + [("api_key", "key")])
            if found:
                yield f"{name}:{line_of(text, m.start())}", m[0], found[1]


def one_word_for_a_thing(tree):
    for words in (words_of_c, words_of_sql, words_of_docs):
        for place, word, better in words(tree):
            yield f"{place}: {word} is called {better} here"
    yield from need(tree.names("sql/*.sql"), "SQL")
    yield from need(tree.names("docs/*.md"), "docs")


# ---- tests ----

OPENS_THE_DATABASE = "test/harness/ledger.py"


def tests_open_the_database_in_one_place(tree):
    """What a test wants of the ledger goes through one module."""
    found = False
    for name in tree.files:
        if not (name.startswith("test/") and name.endswith(".py")):
            continue
        text = tree.text(name)
        for m in re.finditer(r"^\s*(?:import|from) sqlite3\b", text, re.M):
            found |= name == OPENS_THE_DATABASE
            if name not in (OPENS_THE_DATABASE, "test/guard/sql_rules.py"):
                yield (f"{name}:{line_of(text, m.end())}: use "
                       f"{OPENS_THE_DATABASE}")
    yield from need(found, f"sqlite3 in {OPENS_THE_DATABASE}")


def tests_are_collected(tree):
    """No test that nobody runs."""
    mk = tree.text("apxs.mk")
    for line in ("$(wildcard test/unit/test_*.c)",
                 "$(wildcard test/shm/test_*.c)",
                 "$(wildcard test/glue/test_*.c)",
                 "$(wildcard test/fuzz/fuzz_*.c)",
                 "-m pytest -q test/e2e", "-m pytest -q test/clients",
                 "-m pytest -q test/guard"):
        if line not in mk:
            yield f"apxs.mk: no longer says {line}"
    for name in tree.names("test/unit/*.c"):
        if not name.startswith("test/unit/test_"):
            yield f"{name}: only test_*.c are built"
    for name in tree.names("test/fuzz/fuzz_*.c"):
        folder = f"test/fuzz/seeds/{name[15:-2]}/"
        if not any(n.startswith(folder) for n in tree.files):
            yield f"{name}: has no seeds in {folder}"
    counts = {}
    for folder in ("test/e2e", "test/clients"):
        names = [n for n in tree.files if n.startswith(folder + "/")
                 and n.endswith(".py")]
        for name in names:
            tests = test_functions(tree, name)
            collected = re.fullmatch(r"test_\w+\.py", name.rsplit("/", 1)[-1])
            if tests and not collected:
                yield f"{name}: has tests, and is not named test_*.py"
            if collected and not tests:
                yield f"{name}: has no tests"
            for test in sorted({t for t in tests if tests.count(t) > 1}):
                yield f"{name}: a second {test} hides the first"
            counts[folder] = counts.get(folder, 0) + len(tests)
        yield from need(counts.get(folder), f"tests in {folder}")
    yield from need(tree.names("test/unit/test_*.c"), "unit tests")
    yield from need(tree.names("test/shm/test_*.c"), "tests of shm")


def no_real_time(tree):
    """A busy machine may make a test slow, never wrong: harness/wait.py
    waits, harness/clock.py is what a test measures by."""
    names = [n for n in tree.files if n.endswith(".py")
             and n.startswith(("test/e2e/", "test/clients/"))]
    for name in names:
        text = tree.text(name)
        for m in re.finditer(r"\btime\.(sleep|monotonic|perf_counter)\b"
                             r"|\bTimer\(", text):
            yield (f"{name}:{line_of(text, m.start())}: {m[0]} goes by the "
                   "machine's time")
    yield from need(names, "tests")


def test_functions(tree, name):
    module = ast.parse(tree.text(name))
    return [n.name for n in module.body
            if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))
            and n.name.startswith("test_")]
