"""Carriers whose pages tell where a parcel is."""

from urllib.parse import quote

# By the beginning of the carrier's name, in small letters; the longer one first where one begins another.
PAGES = {
    "royal mail": "https://www.royalmail.com/track-your-item#/tracking-results/{}",
    "parcelforce": "https://www.parcelforce.com/track-trace?trackNumber={}",
    "dpd": "https://track.dpd.co.uk/search?reference={}",
    "evri": "https://www.evri.com/track/parcel/{}",
    "dhl": "https://www.dhl.com/gb-en/home/tracking.html?tracking-id={}",
    "an post": "https://www.anpost.com/Post-Parcels/Track/History?item={}",
    "ups": "https://www.ups.com/track?tracknum={}",
}
# As staff are offered them.
NAMES = ("An Post", "DHL", "DPD", "Evri", "Parcelforce", "Royal Mail", "UPS")


def tracking_page(carrier: str, tracking: str) -> str:
    """The address of the carrier's page about a parcel; empty if the carrier is not known, or has given no number.

    What was typed gets into the address quoted, as one value: it leads to nowhere but the carrier's own site.
    """
    number, name = "".join(tracking.split()), " ".join(carrier.casefold().split())
    page = next((page for known, page in PAGES.items() if f"{name} ".startswith(f"{known} ")), "")
    return page.format(quote(number, safe="")) if page and number else ""
