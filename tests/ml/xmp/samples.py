"""XMP as other programs lay it out, typed after their documented structure: Anna on the left, Ben
on the right of a photo of 400 x 300."""

from __future__ import annotations

from ml.xmp.namespaces import ACDSEE, AREA, DIMENSIONS, DUBLIN_CORE, IPTC, MICROSOFT, MWG_REGIONS
from ml.xmp.namespaces import RDF as RDF_NAME

SPACES = {
    "rdf": RDF_NAME,
    "dc": DUBLIN_CORE,
    "mwg-rs": MWG_REGIONS,
    "stArea": AREA,
    "stDim": DIMENSIONS,
    "MP": MICROSOFT,
    "MPRI": f"{MICROSOFT}t/RegionInfo#",
    "MPReg": f"{MICROSOFT}t/Region#",
    "Iptc4xmpExt": IPTC,
    "acdsee-rs": ACDSEE,
    "acdsee-stArea": f"{ACDSEE[:-8]}sType/Area#",
    "acdsee-stDim": f"{ACDSEE[:-8]}sType/Dimensions#",
    "apple-fi": "urn:faceinfo",
}


def packet(properties: str, attributes: str = "") -> bytes:
    """A whole packet around a description's properties."""
    spaces = " ".join(f'xmlns:{short}="{name}"' for short, name in SPACES.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {spaces}>'
        f'<rdf:Description rdf:about="" {attributes}>{properties}</rdf:Description>'
        f'</rdf:RDF></x:xmpmeta>{" " * 200}<?xpacket end="w"?>'
    ).encode()


def mwg_entry(name: str, x: object, y: object, w: object, h: object, kind: str = "Face") -> str:
    """As elements; of one person."""
    area = "".join(
        f"<stArea:{field}>{value}</stArea:{field}>"
        for field, value in zip("xywh", (x, y, w, h), strict=True)
    )
    return (
        f'<rdf:li rdf:parseType="Resource"><mwg-rs:Name>{name}</mwg-rs:Name>'
        f'<mwg-rs:Type>{kind}</mwg-rs:Type><mwg-rs:Area rdf:parseType="Resource">{area}'
        "<stArea:unit>normalized</stArea:unit></mwg-rs:Area></rdf:li>"
    )


def mwg(*entries: str, applied: tuple[int, int] | None = (400, 300)) -> bytes:
    """A packet with these regions."""
    size = "" if applied is None else (
        '<mwg-rs:AppliedToDimensions rdf:parseType="Resource">'
        f"<stDim:w>{applied[0]}</stDim:w><stDim:h>{applied[1]}</stDim:h>"
        "<stDim:unit>pixel</stDim:unit></mwg-rs:AppliedToDimensions>"
    )  # fmt: skip
    return packet(
        f'<mwg-rs:Regions rdf:parseType="Resource">{size}<mwg-rs:RegionList><rdf:Bag>'
        f"{''.join(entries)}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


ANNA, BEN = ("Anna", 0.25, 0.5, 0.1, 0.2), ("Ben", 0.75, 0.5, 0.2, 0.3)
PICASA = mwg(mwg_entry(*ANNA), mwg_entry(*BEN))
# Structures as descriptions with attributes; Microsoft's regions besides; a pet and a focus point.
DIGIKAM = packet(
    """<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:AppliedToDimensions stDim:w="400"
    stDim:h="300" stDim:unit="pixel"/><mwg-rs:RegionList><rdf:Bag>
    <rdf:li><rdf:Description mwg-rs:Name="Anna" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.25"
    stArea:y="0.5" stArea:w="0.1" stArea:h="0.2" stArea:unit="normalized"/></rdf:Description>
    </rdf:li>
    <rdf:li><rdf:Description mwg-rs:Name="Ben" mwg-rs:Type="Face"><mwg-rs:Area stArea:x="0.75"
    stArea:y="0.5" stArea:w="0.2" stArea:h="0.3" stArea:unit="normalized"/></rdf:Description>
    </rdf:li>
    </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions><MP:RegionInfo rdf:parseType="Resource">
    <MPRI:Regions><rdf:Bag><rdf:li MPReg:PersonDisplayName="Anna"
    MPReg:Rectangle="0.2, 0.4, 0.1, 0.2"/></rdf:Bag></MPRI:Regions></MP:RegionInfo>"""
)
LIGHTROOM = packet(
    """<dc:subject><rdf:Bag><rdf:li>Anna</rdf:li></rdf:Bag></dc:subject>
    <mwg-rs:Regions><rdf:Description><mwg-rs:AppliedToDimensions
    stDim:w="400" stDim:h="300" stDim:unit="pixel"/><mwg-rs:RegionList><rdf:Bag>
    <rdf:li><rdf:Description mwg-rs:Rotation="0.00000" mwg-rs:Name="Anna" mwg-rs:Type="Face">
    <mwg-rs:Area stArea:h="0.2" stArea:w="0.1" stArea:x="0.25" stArea:y="0.5"/></rdf:Description>
    </rdf:li><rdf:li><rdf:Description mwg-rs:Name="Rex" mwg-rs:Type="Pet"><mwg-rs:Area
    stArea:h="0.2" stArea:w="0.1" stArea:x="0.5" stArea:y="0.5"/></rdf:Description></rdf:li>
    <rdf:li><rdf:Description mwg-rs:Type="Focus"><mwg-rs:Area stArea:x="0.5" stArea:y="0.5"
    stArea:w="0.1" stArea:h="0.1"/></rdf:Description></rdf:li>
    <rdf:li><rdf:Description mwg-rs:Rotation="0.00000" mwg-rs:Name="Ben" mwg-rs:Type="Face">
    <mwg-rs:Area stArea:h="0.3" stArea:w="0.2" stArea:x="0.75" stArea:y="0.5"/></rdf:Description>
    </rdf:li></rdf:Bag></mwg-rs:RegionList></rdf:Description></mwg-rs:Regions>"""
)
# In sequence, not in a bag; the size after the list; extensions; a face without a name.
APPLE = packet(
    f"""<mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Seq>{mwg_entry(*ANNA)}
    <rdf:li rdf:parseType="Resource"><mwg-rs:Area rdf:parseType="Resource"><stArea:y>0.2</stArea:y>
    <stArea:w>0.1</stArea:w><stArea:x>0.5</stArea:x><stArea:h>0.1</stArea:h></mwg-rs:Area>
    <mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Extensions rdf:parseType="Resource">
    <apple-fi:FaceID>14</apple-fi:FaceID></mwg-rs:Extensions></rdf:li>{mwg_entry(*BEN)}</rdf:Seq>
    </mwg-rs:RegionList><mwg-rs:AppliedToDimensions rdf:parseType="Resource"><stDim:h>300</stDim:h>
    <stDim:w>400</stDim:w><stDim:unit>pixel</stDim:unit></mwg-rs:AppliedToDimensions></mwg-rs:Regions>"""
)
MICROSOFT_GALLERY = packet(
    """<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag><rdf:li><rdf:Description>
    <MPReg:Rectangle>0.2, 0.4, 0.1, 0.2</MPReg:Rectangle><MPReg:PersonDisplayName>Anna
    </MPReg:PersonDisplayName></rdf:Description></rdf:li><rdf:li rdf:parseType="Resource">
    <MPReg:PersonDisplayName>Ben</MPReg:PersonDisplayName><MPReg:Rectangle>0.65,0.35,0.2,0.3
    </MPReg:Rectangle></rdf:li></rdf:Bag></MPRI:Regions></rdf:Description></MP:RegionInfo>"""
)
IPTC_REGIONS = packet(
    "<Iptc4xmpExt:ImageRegion><rdf:Bag>"
    + "".join(
        f"""<rdf:li rdf:parseType="Resource"><Iptc4xmpExt:RegionBoundary rdf:parseType="Resource">
    <Iptc4xmpExt:rbShape>{shape}</Iptc4xmpExt:rbShape><Iptc4xmpExt:rbUnit>relative</Iptc4xmpExt:rbUnit>
    <Iptc4xmpExt:rbX>{x}</Iptc4xmpExt:rbX><Iptc4xmpExt:rbY>{y}</Iptc4xmpExt:rbY>
    <Iptc4xmpExt:rbW>{w}</Iptc4xmpExt:rbW><Iptc4xmpExt:rbH>{h}</Iptc4xmpExt:rbH>
    </Iptc4xmpExt:RegionBoundary><Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>{name}</rdf:li></rdf:Bag>
    </Iptc4xmpExt:PersonInImage></rdf:li>"""
        for name, shape, x, y, w, h in (
            ("Anna", "rectangle", 0.2, 0.4, 0.1, 0.2),
            ("Carl", "polygon", 0.1, 0.1, 0.1, 0.1),
            ("Ben", "rectangle", 0.65, 0.35, 0.2, 0.3),
        )
    )
    + "</rdf:Bag></Iptc4xmpExt:ImageRegion>"
)
ACDSEE_REGIONS = packet(
    """<acdsee-rs:Regions rdf:parseType="Resource"><acdsee-rs:AppliedToDimensions
    acdsee-stDim:w="400" acdsee-stDim:h="300" acdsee-stDim:unit="pixel"/>
    <acdsee-rs:RegionList><rdf:Bag>
    <rdf:li rdf:parseType="Resource"><acdsee-rs:Name>Anna</acdsee-rs:Name><acdsee-rs:Type>Face
    </acdsee-rs:Type><acdsee-rs:DLYArea acdsee-stArea:x="0.25" acdsee-stArea:y="0.5"
    acdsee-stArea:w="0.1" acdsee-stArea:h="0.2"/></rdf:li>
    <rdf:li rdf:parseType="Resource"><acdsee-rs:Name>Ben</acdsee-rs:Name><acdsee-rs:Type>Face
    </acdsee-rs:Type><acdsee-rs:DLYArea acdsee-stArea:x="0.75" acdsee-stArea:y="0.5"
    acdsee-stArea:w="0.2" acdsee-stArea:h="0.3"/></rdf:li>
    </rdf:Bag></acdsee-rs:RegionList></acdsee-rs:Regions>"""
)
LAYOUTS = {
    "picasa": PICASA,
    "digikam": DIGIKAM,
    "lightroom": LIGHTROOM,
    "apple": APPLE,
    "microsoft": MICROSOFT_GALLERY,
    "iptc": IPTC_REGIONS,
    "acdsee": ACDSEE_REGIONS,
}
