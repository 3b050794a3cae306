"""Signatures of S/MIME (RFC 8551, RFC 5652): whether what was signed is unchanged, by whom, and whether anybody here vouches for the signer.

`valid`: unchanged, the certificate names the sender's address, held when it was signed, and leads to an issuer that whoever runs the machine trusts
(`TINGSU_MAIL_ISSUERS`, a file of certificates). `invalid`: changed since, or not of this key. `unknown`: everything else, PGP too; anybody can make a
certificate in any name, so that unchanged alone says nothing of who wrote.
"""

import re
from datetime import datetime
from email.message import Message
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID
from django.conf import settings

from tingsu.mail import cms
from tingsu.mail.cms import SIGNED, Broken, Part, Reader
from tingsu.mail.parts import part_content

VALID, INVALID, UNKNOWN = "valid", "invalid", "unknown"
DIGESTS: dict[bytes, type[hashes.HashAlgorithm]] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256,
    bytes.fromhex("608648016503040202"): hashes.SHA384,
    bytes.fromhex("608648016503040203"): hashes.SHA512,
}
"""SHA-1 is left out: two contents of one digest have been made."""
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
PSS = bytes.fromhex("2a864886f70d01010a")
MOST_SIGNERS = 4


def judged(raw: bytes, message: "Message[str, str]", sender: str, at: datetime) -> tuple[str, str]:
    """(verdict, who the certificate names) of a mail that is signed as a whole; ("", "") of one that is not. Never raises."""
    try:
        kind = message.get_content_type()
        if kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
            packed = part_content(message)
            what, content = cms.opened(packed)
            return _of(packed, [content], sender, at) if what == "signed" and content else ("", "")
        if kind != "multipart/signed":
            return "", ""
        parts = message.get_payload()
        beside = parts[1] if isinstance(parts, list) and len(parts) == 2 else None
        if not isinstance(beside, Message) or "pkcs7-signature" not in beside.get_content_type():
            return UNKNOWN, ""
        return _of(part_content(beside), _first_part(raw, str(message.get_boundary())), sender, at)
    except (ValueError, IndexError, TypeError, UnsupportedAlgorithm):
        return UNKNOWN, ""


def _first_part(raw: bytes, boundary: str) -> list[bytes]:
    """The part that was signed, byte for byte, and with the ends of lines that a signer counts with."""
    edge = re.escape(boundary.encode("utf-8", "surrogateescape"))
    found = re.search(rb"(?:^|\n)--" + edge + rb"[ \t]*\r?\n(.*?)\r?\n--" + edge, raw, re.DOTALL)
    if found is None:
        raise Broken
    return [found[1], re.sub(rb"\r?\n", b"\r\n", found[1])]


def _of(packed: bytes, contents: list[bytes], sender: str, at: datetime) -> tuple[str, str]:
    certificates = pkcs7.load_der_pkcs7_certificates(packed)
    reader = Reader(packed)
    kind, wrapped = reader.children(reader.at(0, len(packed)))[:2]
    if packed[kind.first : kind.last] != SIGNED:
        raise Broken
    signers = reader.children(reader.children(reader.children(wrapped)[0])[-1])
    if not 0 < len(signers) <= MOST_SIGNERS:
        raise Broken
    verdicts = [_signer(reader, one, certificates, contents, sender, at) for one in signers]
    for wanted in (INVALID, UNKNOWN):
        for verdict in verdicts:
            if verdict[0] == wanted:
                return verdict
    return verdicts[0]


def _signer(
    reader: Reader, signer: Part, certificates: list[x509.Certificate], contents: list[bytes], sender: str, at: datetime
) -> tuple[str, str]:
    content = reader.content
    _version, named, algorithm, *rest = reader.children(signer)
    certificate = _named(reader, named, certificates)
    if certificate is None:
        return UNKNOWN, ""
    who = _who(certificate)
    digest = DIGESTS.get(_value(reader, reader.children(algorithm)[0]))
    attributes = rest.pop(0) if rest[0].mark == 0xA0 else None
    if digest is None:
        return UNKNOWN, who
    way, signature = rest[0], reader.octets(rest[1])
    for given in contents:
        signed = given
        if attributes is not None:
            if not _holds_digest(reader, attributes, digest(), given):
                continue
            start = attributes.first - _head(content, attributes)
            signed = b"\x31" + content[start + 1 : attributes.last]
        if _is_by(certificate, signature, signed, digest(), pss=_value(reader, reader.children(way)[0]) == PSS):
            return (VALID if _vouched(certificate, certificates, sender, at) else UNKNOWN), who
    return INVALID, who


def _head(content: bytes, part: Part) -> int:
    """Bytes of mark and length before what a part holds."""
    size = part.last - part.first
    return 2 if size < 128 else 2 + (size.bit_length() + 7) // 8


def _value(reader: Reader, part: Part) -> bytes:
    return reader.content[part.first : part.last]


def _named(reader: Reader, named: Part, certificates: list[x509.Certificate]) -> x509.Certificate | None:
    """The signer's certificate, by issuer and number or by the mark of its key."""
    if named.mark & 31 == 0 and named.mark & 0x80:
        mark = _value(reader, named)
        return next((one for one in certificates if _key_mark(one) == mark), None)
    issuer, number = reader.children(named)
    serial = int.from_bytes(_value(reader, number), "big", signed=True)
    whole = reader.content[issuer.first - _head(reader.content, issuer) : issuer.last]
    return next(
        (one for one in certificates if one.serial_number == serial and one.issuer.public_bytes() == whole), None
    )


def _key_mark(certificate: x509.Certificate) -> bytes:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return b""


def _holds_digest(reader: Reader, attributes: Part, digest: hashes.HashAlgorithm, content: bytes) -> bool:
    made = hashes.Hash(digest)
    made.update(content)
    wanted = made.finalize()
    for attribute in reader.children(attributes):
        name, values = reader.children(attribute)
        if _value(reader, name) == MESSAGE_DIGEST:
            return reader.octets(reader.children(values)[0]) == wanted
    return False


def _is_by(
    certificate: x509.Certificate, signature: bytes, signed: bytes, digest: hashes.HashAlgorithm, *, pss: bool
) -> bool:
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            filled = padding.PSS(padding.MGF1(digest), padding.PSS.AUTO) if pss else padding.PKCS1v15()
            key.verify(signature, signed, filled, digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
        else:
            raise UnsupportedAlgorithm("another kind of key")
    except InvalidSignature:
        return False
    return True


def _who(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    told = [*(str(one.value) for one in names[:1]), *sorted(_addresses(certificate))]
    return ", ".join(dict.fromkeys(told))[:200]


def _addresses(certificate: x509.Certificate) -> set[str]:
    found = {str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)}
    try:
        others = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found |= set(others.get_values_for_type(x509.RFC822Name))
    except (x509.ExtensionNotFound, ValueError):
        pass
    return found


def _vouched(certificate: x509.Certificate, others: list[x509.Certificate], sender: str, at: datetime) -> bool:
    """Does it name the sender, and lead to an issuer that is trusted here?"""
    roots = trusted(settings.MAIL_ISSUERS)
    if not roots or sender.lower() not in {one.lower() for one in _addresses(certificate)}:
        return False
    whoever = verification.ExtensionPolicy.permit_all()
    policy = verification.PolicyBuilder().store(verification.Store(roots)).time(at)
    policy = policy.extension_policies(ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(), ee_policy=whoever)
    try:
        policy.build_client_verifier().verify(certificate, [one for one in others if one != certificate])
    except (verification.VerificationError, x509.ExtensionNotFound):
        return False
    return True


@lru_cache(maxsize=4)
def trusted(path: str) -> list[x509.Certificate]:
    """Issuers of certificates for mail that whoever runs the machine trusts; none where nothing is named or cannot be read."""
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes()) if path else []
    except (OSError, ValueError):
        return []
