"""Kubeconfigs with a certificate that expires when a test wants it to."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@cache
def kubeconfig(days: int) -> str:
    """A kubeconfig whose certificate is good for so many days from `NOW`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes-admin")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=days))
    text = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    user = f"{{client-certificate-data: {base64.b64encode(text).decode()}}}"
    return f"clusters: [{{cluster: {{certificate-authority-data: AUTHORITY}}}}]\nusers: [{{user: {user}}}]\n"
