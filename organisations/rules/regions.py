"""The ten regional police units of the Netherlands (Politiewet 2012, art. 25), the regions the field works in."""

from enum import StrEnum


class Region(StrEnum):
    NOORD_NEDERLAND = "noord-nederland"
    OOST_NEDERLAND = "oost-nederland"
    MIDDEN_NEDERLAND = "midden-nederland"
    NOORD_HOLLAND = "noord-holland"
    AMSTERDAM = "amsterdam"
    DEN_HAAG = "den-haag"
    ROTTERDAM = "rotterdam"
    ZEELAND_WEST_BRABANT = "zeeland-west-brabant"
    OOST_BRABANT = "oost-brabant"
    LIMBURG = "limburg"


# Proper names: the same in every language.
REGIONS: dict[str, str] = {
    Region.NOORD_NEDERLAND: "Noord-Nederland",
    Region.OOST_NEDERLAND: "Oost-Nederland",
    Region.MIDDEN_NEDERLAND: "Midden-Nederland",
    Region.NOORD_HOLLAND: "Noord-Holland",
    Region.AMSTERDAM: "Amsterdam",
    Region.DEN_HAAG: "Den Haag",
    Region.ROTTERDAM: "Rotterdam",
    Region.ZEELAND_WEST_BRABANT: "Zeeland-West-Brabant",
    Region.OOST_BRABANT: "Oost-Brabant",
    Region.LIMBURG: "Limburg",
}
