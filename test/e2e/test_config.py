"""httpd -t: what cannot work is refused there, by directive, value and
remedy, and nothing is created."""
import os
import pathlib
import re
import shutil
import subprocess

import pytest

from harness.httpd import Httpd, MODULES, TOP, run_user

ON = "LLMGateway On"


@pytest.fixture(scope="module")
def conf():
    """conf(...) says what httpd -t says to a configuration."""
    h = Httpd(modules=("macro",))

    def check(vhost="", server="", on=ON):
        h.conf, h.server, h.on = vhost, server, on
        return h.test()

    check.httpd = h
    yield check
    h.remove()


def section(name, line=ON):
    return f"{name}\n{line}\n</{name[1:].split()[0].rstrip('>')}>\n"


def refuses(answer, *words):
    code, text = answer
    assert code != 0, text
    for word in words:
        assert word in text, (word, text)


@pytest.mark.parametrize("where", [
    "<Location /ai>", '<Location "/ai/">', "<Location />",
    '<Location "/a b">', "<Directory /srv/ai>", "<IfModule mod_proxy.c>",
    "<IfDefine !NOTHING>"])
def test_where_it_may_stand(conf, where):
    for line in (ON, "LLMGateway Off", "LLMGateway on",
                 section("<IfModule mod_proxy.c>")):
        code, text = conf(section(where, line), on="")
        assert code == 0, text
        if "Directory" not in where:
            code, text = conf(server=section(where, line), on="")
            assert code == 0, text


@pytest.mark.parametrize("where", [
    "<LocationMatch ^/ai>", '<Location ~ "/ai">', '<Location ~ "/">',
    '<Location "/a*">', '<Location "/a?">', '<Location "/[ab]">',
    '<Location "http://x/">', "<DirectoryMatch ^/srv>",
    '<Directory ~ "^/srv">', '<Directory "/srv/*">', '<Files "x">',
    '<FilesMatch "x">', '<If "true">', '<Proxy "http://x/">'])
def test_where_it_cannot_stand(conf, where):
    for server in (False, True):
        answer = conf(**{"server" if server else "vhost": section(where)},
                      on="")
        refuses(answer, f"LLMGateway cannot stand in {where} put it in a "
                "<VirtualHost>, or in a <Location> or <Directory> with a "
                "plain path")


def test_where_it_cannot_stand_inside_another(conf):
    nested = section("<Location /ai>", section('<If "true">'))
    refuses(conf(nested, on=""), "cannot stand in <If")
    limit = section("<Location /ai>", section("<Limit POST>"))
    refuses(conf(limit, on=""), "LLMGateway")


@pytest.mark.parametrize("line, words", [
    ("LLMGateway Maybe", ("LLMGateway must be On or Off",)),
    ("LLMGateway", ("LLMGateway must be On or Off",)),
    ("LLMGatewayMaxBody 10", ("LLMGatewayMaxBody 10: must be a size between "
                              "1K and 1G",)),
    ("LLMGatewayMaxBody 2G", ("LLMGatewayMaxBody 2G: must",)),
    ("LLMGatewayMaxBody 1025M", ("LLMGatewayMaxBody 1025M: must",)),
    ("LLMGatewayMaxBody -1", ("LLMGatewayMaxBody -1: must",)),
    ("LLMGatewayMaxBody 10MB", ("LLMGatewayMaxBody 10MB: must",)),
    ("LLMGatewayMaxBody much", ("LLMGatewayMaxBody much: must",)),
    ("LLMGatewayMaxBody 99999999999999999999", ("LLMGatewayMaxBody 9999",)),
    ("LLMGatewayMaxBody", ("LLMGatewayMaxBody takes one argument",)),
    ("LLMGatewayEnvelope perhaps", ("LLMGatewayEnvelope must be On or Off",)),
    ("LLMGatewayAnswer clean", ("LLMGatewayAnswer clean: must be relay or "
                                "tidy",)),
    ("LLMGatewayThinking on", ("LLMGatewayThinking on: must be translate or "
                               "relay",)),
    ("LLMGatewayCORS app.example.com", ("LLMGatewayCORS app.example.com: "
                                        "must be off, * or origins such as",)),
    ("LLMGatewayCORS https://a.example/path", ("https://a.example/path: ",)),
    ("LLMGatewayCORS https://a.example/", ("https://a.example/: ",)),
    ("LLMGatewayCORS null", ("LLMGatewayCORS null: ",)),
    ("LLMGatewayCORS https://a.example off", ("LLMGatewayCORS off",)),
    ("LLMGatewayCORS * https://a.example", ("off and * stand alone",)),
    ("LLMGatewayCORS", ("LLMGatewayCORS requires at least one argument",)),
    ('LLMGatewayTeam ""', ("LLMGatewayTeam takes one argument",)),
    ("LLMGatewayTeam", ("LLMGatewayTeam takes one argument",)),
    ("LLMGatewayTeam a b", ("LLMGatewayTeam takes one argument",)),
    ('LLMGatewayModels ""', ("LLMGatewayModels requires at least one",)),
    ("LLMGatewayModels", ("LLMGatewayModels requires at least one",)),
    ("LLMGatewayMaxTokens", ("LLMGatewayMaxTokens takes one argument",)),
    *((f"LLMGatewayMaxTokens {n}", (f"LLMGatewayMaxTokens {n}: must be a "
                                    "number of tokens from 1 to 1000000000",))
      for n in ("0", "-1", "+1", "1.5", "1e3", "4k", "1000000001", "many",
                "99999999999999999999")),
    ("LLMGatewayQuotaStatus 403", ("LLMGatewayQuotaStatus 403: must be 429 "
                                   "or 402",)),
    ("LLMGatewayTimeoutStatus 500", ("LLMGatewayTimeoutStatus 500: must be "
                                     "504 or 424",)),
    *((f"LLMGatewayCoalesce {n}", (f"LLMGatewayCoalesce {n}: must be a number "
                                   "of milliseconds from 0 to 1000",))
      for n in ("-1", "1001", "20ms", "0.5", "off")),
    ("LLMGatewayPublicCatalog perhaps", ("LLMGatewayPublicCatalog must be On "
                                         "or Off",)),
    ("LLMGatewayNothing 1", ("Invalid command 'LLMGatewayNothing'",)),
])
def test_values_of_a_place(conf, line, words):
    refuses(conf(line), *words)
    refuses(conf(section("<Location /ai>", line)), *words)


@pytest.mark.parametrize("line", [
    "LLMGatewayMaxBody 1K", "LLMGatewayMaxBody 1024", "LLMGatewayMaxBody 1g",
    "LLMGatewayMaxBody 1024m", "LLMGatewayEnvelope On",
    "LLMGatewayAnswer Tidy", "LLMGatewayThinking relay",
    "LLMGatewayCORS off", "LLMGatewayCORS *",
    "LLMGatewayCORS https://a.example http://localhost:3000",
    "LLMGatewayCORS https://a.example\nLLMGatewayCORS app://local",
    "LLMGatewayTeam acme", 'LLMGatewayTeam "two words"',
    "LLMGatewayModels qwen* org/a:b", "LLMGatewayModels *",
    "LLMGatewayMaxTokens 1", "LLMGatewayMaxTokens 1000000000",
    "LLMGatewayPublicCatalog On", "LLMGatewayQuotaStatus 402",
    "LLMGatewayTimeoutStatus 504", "LLMGatewayCoalesce 0",
    "LLMGatewayCoalesce 1000"])
def test_good_values_of_a_place(conf, line):
    for vhost in (line, section("<Location /ai>", line),
                  section("<LocationMatch ^/ai>", line),
                  section("<Directory /srv/ai>", line)):
        code, text = conf(vhost)
        assert code == 0 and "Syntax OK" in text, text
    code, text = conf(server=line)
    assert code == 0, text


@pytest.mark.parametrize("line, words", [
    ("LLMGatewayState var/llmgw", ("LLMGatewayState var/llmgw: must be an "
                                   "absolute path",)),
    ("LLMGatewayDrain 10", ("LLMGatewayDrain 10: must be seconds=, tokens=, "
                            "count=, key= or team= with a number",)),
    ("LLMGatewayDrain key=0", ("LLMGatewayDrain key=0: must be a number from "
                               "1 to 100000",)),
    ("LLMGatewayDrain team=", ("LLMGatewayDrain team=: must be",)),
    ("LLMGatewayDrain count=1 seconds=0", (
        "LLMGatewayDrain seconds=0: must be a number from 1 to 3600",)),
    ("LLMGatewayDrain tokens=-1", ("LLMGatewayDrain tokens=-1: must be",)),
    ("LLMGatewayDrain tokens= 1", ("LLMGatewayDrain tokens=: must be",)),
    ("LLMGatewayDrain count=9x", ("from 0 to 100000",)),
    ("LLMGatewayDrain", ("LLMGatewayDrain requires at least one",)),
    *((f"LLMGatewayAdminWrites {n}", (f"LLMGatewayAdminWrites {n}: must be a "
                                      "number of writes a minute from 0 (no "
                                      "bound) to 100000",))
      for n in ("-1", "x", "100001", "1.5", "10/min")),
    ("LLMGatewayAdminWrites", ("LLMGatewayAdminWrites takes one argument",)),
    ("LLMGatewaySegment 1M", ("LLMGatewaySegment 1M: the size must be "
                              "between 4M and 64G",)),
    ("LLMGatewaySegment 65G", ("LLMGatewaySegment 65G: ",)),
    ("LLMGatewaySegment big", ("LLMGatewaySegment big: ",)),
    ("LLMGatewaySegment 32M a b", ("LLMGatewaySegment takes",)),
    *((f"LLMGatewayDurability {word}", ("must be process or power",))
      for word in ("disk", "on")),
    *((f"LLMGatewayZone {zone}", (f"LLMGatewayZone {zone}: must be an offset "
                                  "from UTC as +08:00",))
      for zone in ("08:00", "+8", "+08:10", "+15:00", "CET")),
    *((f"LLMGatewayClockStep {hours}", (
        f"LLMGatewayClockStep {hours}: must be a number of hours from 1 to "
        "8784, or off",)) for hours in ("0", "-1", "8785", "2d", "on")),
    ("LLMGatewayLinkLocal yes", ("LLMGatewayLinkLocal must be On or Off",)),
    ("LLMGatewaySecretFile", ("LLMGatewaySecretFile takes one argument",)),
])
def test_values_of_the_server(conf, line, words):
    refuses(conf(server=line), *words)


@pytest.mark.parametrize("line", [
    "LLMGatewayState /tmp", "LLMGatewaySegment 8M", "LLMGatewayZone -03:30",
    "LLMGatewayDurability power", "LLMGatewayClockStep 24",
    "LLMGatewayDrain count=1", "LLMGatewayAdminWrites 5",
    "LLMGatewayLinkLocal On",
    "LLMGatewaySecretFile /tmp/x"])
def test_what_is_for_the_whole_server_only(conf, line):
    name = line.split()[0]
    refuses(conf(line), name, "<VirtualHost>")
    refuses(conf(server=section("<Location /ai>", line)), name)
    refuses(conf(server=section("<Directory /srv>", line)), name)


def test_every_directive_has_rows_here():
    """Bad values and good ones, of each that the module has."""
    known = set(re.findall(r'AP_INIT_\w+\("(\w+)"',
                           (TOP / "mod_llmgw/config/directives.c").read_text()))
    assert len(known) >= 13
    text = pathlib.Path(__file__).read_text()
    for name in known - {"LLMGateway"}:
        assert re.search(rf"""\(f?["']{name}\b""", text), f"{name}: no bad value"
        assert re.search(rf"""^ *[^(]*["']{name} """, text, re.M), \
            f"{name}: no good value"


# ---- what is checked beyond words ----

def test_the_state_directory_has_to_be_there(conf, tmp_path):
    missing = tmp_path / "no" / "such"
    line = f"LLMGatewayState {missing}"
    refuses(conf(server=line), f"LLMGatewayState {missing}",
            f"install -d -m 700 {missing}")
    assert not missing.exists() and not missing.parent.exists()
    plain = tmp_path / "file"
    plain.write_text("x")
    refuses(conf(server=f"LLMGatewayState {plain}"),
            f"LLMGatewayState {plain}")
    # nobody needs it where the gateway is nowhere on
    code, text = conf(server=line, on="LLMGateway Off")
    assert code == 0, text


def test_the_segments_directory_has_to_be_there(conf, tmp_path):
    path = tmp_path / "no" / "llmgw.segment"
    refuses(conf(server=f"LLMGatewaySegment 8M {path}"), "LG0005",
            f"LLMGatewaySegment {path}: the directory {path.parent} is not "
            "there: make it, or name another file")
    for good in (tmp_path / "llmgw.segment", "other.segment"):
        code, text = conf(server=f"LLMGatewaySegment 8M {good}")
        assert code == 0, text


@pytest.mark.parametrize("content", [
    None, "", "0" * 63, "0" * 62 + "\n", "x" * 64, "+" * 64, "0" * 65,
    " " + "0" * 64])
def test_the_secret_file_has_to_hold_64_digits(conf, tmp_path, content):
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    answer = conf(server=f"LLMGatewaySecretFile {path}")
    refuses(answer, f"LLMGatewaySecretFile {path}", "openssl rand -hex 32")
    assert content is None or not content or content not in answer[1]


@pytest.mark.parametrize("content", ["0" * 64, "aB" * 32 + "\n",
                                     "0f" * 32 + "\r\n"])
def test_good_secret_files(conf, tmp_path, content):
    path = tmp_path / "secret"
    path.write_text(content)
    code, text = conf(server=f"LLMGatewaySecretFile {path}")
    assert code == 0, text


def test_modules_that_are_needed(conf):
    h = conf.httpd
    kept = h.modules
    try:
        for missing in ("proxy_http", "proxy"):
            h.modules = [m for m in kept if m not in (missing,
                                                      "proxy_http")]
            refuses(conf(), "LG0001", f"a2enmod {missing}" if missing
                    == "proxy" else "a2enmod proxy_http")
            code, text = conf(on="LLMGateway Off")
            assert code == 0, text
    finally:
        h.modules = kept


STUB = """
#include <httpd.h>
#include <http_config.h>
module AP_MODULE_DECLARE_DATA stub_module = { STANDARD20_MODULE_STUFF };
"""


@pytest.mark.parametrize("name", ["mod_ruid2.c", "itk.c", "mpm_itk.c"])
def test_modules_that_cannot_be_beside_it(conf, tmp_path, name):
    (tmp_path / name).write_text(STUB)
    so = tmp_path / "stub.so"
    apxs = subprocess.run(["apxs", "-q", "INCLUDEDIR"], capture_output=True,
                          text=True).stdout.strip() or "/usr/include/apache2"
    subprocess.run(["gcc", "-shared", "-fPIC", f"-I{apxs}",
                    "-I/usr/include/apr-1.0", "-D_GNU_SOURCE", name, "-o",
                    so], check=True, cwd=tmp_path)
    load = f"LoadModule stub_module {so}"
    refuses(conf(server=load), "LG0002", name, "mpm_event and php-fpm")
    code, text = conf(server=load, on="LLMGateway Off")
    assert code == 0, text


def everything(root):
    """Names, sizes and times of all files."""
    return {p: (p.lstat().st_size, p.lstat().st_mtime_ns)
            for p in root.rglob("*")}


def test_a_configuration_test_creates_nothing(conf):
    h = conf.httpd
    conf()
    before = everything(h.root)
    config = {h.root / "conf" / "httpd.conf"}
    for args in (dict(), dict(on=""), dict(vhost="LLMGatewayMaxBody 1")):
        conf(**args)
        now = everything(h.root)
        assert {p for p in now if p not in config and now[p] != before.get(
            p)} == set()
    assert not os.listdir(h.state) and not os.listdir(h.root / "run")


def test_loading_order_does_not_matter(conf):
    """a2enmod makes llmgw.load come before proxy.load."""
    h = Httpd()
    try:
        text = h.config()
        ours = f'LoadModule llmgw_module "{h.so}"\n'
        first = f"LoadModule mpm_event_module {MODULES}/mod_mpm_event.so\n"
        assert ours in text and first in text
        text = text.replace(ours, "").replace(first, first + ours)
        h.config = lambda: text
        code, said = h.test()
        assert code == 0, said
        h.start()
        assert h.admin("GET", "/keys").status == 200
        h.stop()
    finally:
        h.remove()
