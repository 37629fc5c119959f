"""Days and times as each language writes them in Finland."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date, format_datetime

# fi and sv as the Finnish authorities write them; en in the British order.
_DAY = {"fi": "d.M.yyyy", "sv": "d.M.yyyy", "en": "d MMMM yyyy"}
_MOMENT = {"fi": "cccccc d.M. 'klo' H.mm", "sv": "ccc d.M 'kl.' H.mm", "en": "ccc d MMM 'at' H:mm"}
_LOCALE = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}


def day(value: dt.date, language: str) -> str:
    """Write a day, such as 22.11.2026."""
    return str(format_date(value, _DAY[language], locale=_LOCALE[language]))


def moment(value: dt.datetime, zone: dt.tzinfo, language: str) -> str:
    """Write a coming moment in a time zone, such as «ma 23.11. klo 9.00»."""
    local = value.astimezone(zone).replace(tzinfo=None)
    return str(format_datetime(local, _MOMENT[language], locale=_LOCALE[language]))
