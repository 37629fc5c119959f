"""The bot's bearer token goes to no address but those on the list."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from bot.service_urls import LOCAL, ServiceUrls

PUBLIC = ServiceUrls()


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net/emea/0d5e4f6a-1111-4222-8333-944455566677/",
        "https://smba.trafficmanager.net",
        "https://smba.trafficmanager.net:443/teams",
        "HTTPS://SMBA.TrafficManager.NET/emea/",
        "https://smba.onyx.prod.teams.trafficmanager.net/teams/",
        "https://europe.webchat.botframework.com/",
        "https://a.b-c.botframework.com/x%20y",
    ],
)
def test_microsofts_public_addresses_are_allowed(url: str) -> None:
    assert PUBLIC.allows(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net@evil.example/",
        "https://smba.trafficmanager.net:443@evil.example/",
        "https://user:word@smba.trafficmanager.net/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net\\.evil.example/",
        "https://smba.trafficmanager.net\\",
        "https:\\\\smba.trafficmanager.net\\",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/https://smba.trafficmanager.net/",
        "https://evil.example/smba.trafficmanager.net",
        "https://evil.example#smba.trafficmanager.net",
        "https://evil.example?smba.trafficmanager.net",
        "https://smba.trafficmanager.net#fragment",
        "https://smba.trafficmanager.net/?query",
        "https://smba.trafficmanager.net/#",
        "https://smba.trafficmanager.net./",
        "https://.smba.trafficmanager.net/",
        "https://smba..trafficmanager.net/",
        "https://evilsmba.trafficmanager.net/",
        "https://evil.trafficmanager.net/",
        "https://evilbotframework.com/",
        "https://botframework.com/",
        "https://.botframework.com/",
        "https://evil.com/.botframework.com",
        "https://a_b.botframework.com/",
        "https://-a.botframework.com/",
        "https://*.botframework.com/",
        "https://%65vil.botframework.com/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net:8443/",
        "https://smba.trafficmanager.net:80/",
        "https://smba.trafficmanager.net:0443/",
        "https://smba.trafficmanager.net:/",
        "https://smba.trafficmanager.net:443:443/",
        "https://smba.trafficmanager.net:99999/",
        "ftp://smba.trafficmanager.net/",
        "//smba.trafficmanager.net/",
        "smba.trafficmanager.net",
        "https:smba.trafficmanager.net",
        "https:/smba.trafficmanager.net",
        "https:///smba.trafficmanager.net",
        " https://smba.trafficmanager.net/",
        "https://smba.trafficmanager.net/ ",
        "https://smba.trafficmanager.net/\n",
        "https://smba.trafficmanager.net\n",
        "https://smba.traffic\tmanager.net/",
        "https://smba.trafficmanager.net\r\n.evil.example/",
        "https://smba.trafficmanager.net/a\x00b",
        "https://smba.trafficmanager.net\x00.evil.example/",
        "https://ѕmba.trafficmanager.net/",  # Cyrillic first letter
        "https://xn--mba-xdd.trafficmanager.net/",
        "https://smba.trafficmanager。net/",
        "https://smba.trafficmanager.net／.evil.example/",
        "https://ﬆ.botframework.com/",
        "https://\N{KELVIN SIGN}.botframework.com/",
        "https://smba.traffic\N{KELVIN SIGN}manager.net/",
        "https://[::1]/",
        "https://127.0.0.1/",
        "javascript:alert(1)",
        "",
        "https://smba.trafficmanager.net/" + "a" * 3000,
        None,
        7,
        b"https://smba.trafficmanager.net/",
        ["https://smba.trafficmanager.net/"],
        {"url": "https://smba.trafficmanager.net/"},
    ],
)
def test_addresses_that_only_look_like_microsofts_are_refused(url: object) -> None:
    assert not PUBLIC.allows(url)


def test_an_origin_with_a_port_allows_that_port_alone() -> None:
    urls = ServiceUrls(["http://127.0.0.1:9000"])
    assert urls.allows("http://127.0.0.1:9000/teams")
    assert not urls.allows("http://127.0.0.1:9001/teams")
    assert not urls.allows("http://127.0.0.1/teams")
    assert not urls.allows("https://127.0.0.1:9000/teams")
    assert not urls.allows("http://127.0.0.1:90000/teams")


def test_local_mode_allows_this_machine_on_any_port_and_nothing_else() -> None:
    urls = ServiceUrls(LOCAL)
    assert urls.allows("http://localhost:56150/_connector")
    assert urls.allows("http://127.0.0.1:1")
    assert urls.allows("http://[::1]:56150/_connector")
    assert not urls.allows("http://localhost.evil.example:56150/_connector")
    assert not urls.allows("http://localhost@evil.example/")
    assert not urls.allows("http://localhost:65536/")
    assert not urls.allows("https://smba.trafficmanager.net/emea/")


def test_an_origin_without_a_port_means_the_schemes_own_port_too() -> None:
    assert ServiceUrls(["https://bot.example:443"]).allows("https://bot.example/")
    assert ServiceUrls(["https://bot.example/"]).allows("https://bot.example:8443/x")


def test_a_government_cloud_is_allowed_only_when_named() -> None:
    url = "https://smba.infra.gov.teams.microsoft.us/teams"
    assert not PUBLIC.allows(url)
    assert ServiceUrls(["smba.infra.gov.teams.microsoft.us"]).allows(url)


@pytest.mark.parametrize(
    "entry",
    [
        "*",
        "*.com",
        "*.",
        "",
        "a b",
        "host/path",
        "http://host/path",
        "https://u@host",
        "*.a.b.",
        "*.*.example.com",
        "host:443",
        "ftp://host",
        "хост.example",
        "http://host:0",
    ],
)
def test_an_entry_that_means_nothing_or_too_much_is_an_error(entry: str) -> None:
    with pytest.raises(ValueError, match=r"not a|wildcard"):
        ServiceUrls([entry])


def test_one_string_is_not_taken_for_a_list_of_letters() -> None:
    with pytest.raises(TypeError):
        ServiceUrls("smba.trafficmanager.net")


PIECES = st.sampled_from(
    ["https://", "http://", "smba.trafficmanager.net", "evil.example", ".botframework.com",
     "botframework.com", "@", ":", "443", "80", "/", "\\", ".", "#", "?", "%2e", "%40", "xn--",
     " ", "\t", "\n", "\x00", "[", "]", "//", "a", "\N{KELVIN SIGN}", "。", ";", "&"]
)  # fmt: skip


@given(st.one_of(st.lists(PIECES, max_size=9).map("".join), st.text()))
@example("https://smba.trafficmanager.net/emea/")
def test_whatever_is_allowed_leads_every_parser_to_an_allowed_host(url: str) -> None:
    if PUBLIC.allows(url):
        for host in (urlsplit(url).hostname, URL(url).host, URL(url, encoded=True).host):
            assert host is not None
            assert host == "smba.trafficmanager.net" or host.endswith(".botframework.com")
        assert urlsplit(url).port in (None, 443)
        assert urlsplit(url).scheme == URL(url).scheme == "https"
        assert urlsplit(url).username is None
        # …and a path put after it is still a path on that host.
        whole = URL(f"{url.rstrip('/')}/v3/conversations/x", encoded=True)
        assert whole.host == URL(url).host
        assert whole.path.endswith("/v3/conversations/x")


@given(st.one_of(st.none(), st.integers(), st.binary(), st.lists(st.text()), st.floats()))
def test_anything_but_text_is_refused(value: object) -> None:
    assert not PUBLIC.allows(value)
