"""Names of the schemas that tell where on a photo somebody is; each is only a name, no address
that anything asks.

Sources: MWG, Guidelines for Handling Image Metadata 2.0, 5.9 (regions) and 5.4 (orientation);
Microsoft, People Tagging Overview; IPTC Photo Metadata Standard 2019.1, Image Region; ExifTool's
tables for ACDSee's.
"""

from __future__ import annotations

X = "adobe:ns:meta/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XML = "http://www.w3.org/XML/1998/namespace"
DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
MWG_REGIONS = "http://www.metadataworkinggroup.com/schemas/regions/"
AREA = "http://ns.adobe.com/xmp/sType/Area#"
DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"
MICROSOFT = "http://ns.microsoft.com/photo/1.2/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
# Words for how a picture came to be: IPTC NewsCodes, Digital Source Type.
IPTC_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
XMP_BASIC = "http://ns.adobe.com/xap/1.0/"
ACDSEE = "http://ns.acdsee.com/regions/"
# How a JPEG's blocks begin that hold a packet, and further parts of a large one.
PACKET = "http://ns.adobe.com/xap/1.0/"
EXTENSION = "http://ns.adobe.com/xmp/extension/"
