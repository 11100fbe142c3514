"""A throw-away authority with one certificate for the server and one for the client, for the TLS tests."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    signer: ec.EllipticCurvePrivateKey,
    is_authority: bool,
    holder: x509.GeneralName = LOOPBACK,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([holder]), critical=False)
        .sign(signer, hashes.SHA256())
    )


def contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Server's and client's; each asks the other for a certificate of this authority."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = folder / "authority.pem"
    signed = _certificate("Test Authority", authority_key, "Test Authority", authority_key, True)
    authority.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made = []
    for name, protocol in (("server", ssl.PROTOCOL_TLS_SERVER), ("client", ssl.PROTOCOL_TLS_CLIENT)):
        key = ec.generate_private_key(ec.SECP256R1())
        file = folder / f"{name}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + _certificate(name, key, "Test Authority", authority_key, False).public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(protocol)
        context.load_cert_chain(file)
        context.load_verify_locations(authority)
        context.verify_mode = ssl.CERT_REQUIRED
        made.append(context)
    return made[0], made[1]


def serving(folder: Path, holder: x509.GeneralName) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context whose certificate is for this holder alone, and that of a client who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _certificate("server", key, "server", key, True, holder).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "serving.pem"
    file.write_bytes(secret + made)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=made.decode("ascii"))
