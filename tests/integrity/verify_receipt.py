"""Verifies a receipt as src/docs/integrity.md describes it, with nothing but Python's standard library.

usage: verify_receipt.py FILE PUBLIC_KEY
"""

import base64
import hashlib
import json
import sys

# Ed25519 (RFC 8032), in affine coordinates: slow, but short enough to read.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    t = D * x1 * x2 * y1 * y2
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def multiply(scalar, point):
    result = (0, 1)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def decode_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert (x * x - x2) % P == 0 and y < P, "not a point of the curve"
    return (P - x if x & 1 != sign else x), y


BASE = decode_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def check_signature(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    right = add(decode_point(signature[:32]), multiply(challenge, decode_point(key)))
    assert len(signature) == 64 and s < L and multiply(s, BASE) == right, "the signature is wrong"


def sha256(data):
    return hashlib.sha256(data).digest()


def open_checkpoint(note, public_key):
    """Returns size and root of a checkpoint (c2sp.org/tlog-checkpoint, c2sp.org/signed-note)."""
    name, key_id, encoded = public_key.split("+", 2)
    key = base64.b64decode(encoded)
    assert key[0] == 1 and sha256(f"{name}\n".encode() + key)[:4].hex() == key_id, "the public key is damaged"
    text, signatures = note.rsplit("\n\n", 1)
    text += "\n"
    start = f"— {name} "
    signature = next(base64.b64decode(line[len(start) :]) for line in signatures.splitlines() if line.startswith(start))
    assert signature[:4].hex() == key_id, "the signature is of another key"
    check_signature(key[1:], text.encode(), signature[4:])
    origin, size, root = text.split("\n")[:3]
    assert origin == name, "the checkpoint is of another log"
    return int(size), base64.b64decode(root)


def root_of(leaf, index, size, proof):
    """RFC 9162, section 2.1.3.2."""
    assert index < size, "the index is outside of the log"
    last, root = size - 1, sha256(b"\0" + leaf)
    for sibling in proof:
        assert last > 0, "the proof is too long"
        if index & 1 or index == last:
            root = sha256(b"\1" + sibling + root)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            root = sha256(b"\1" + root + sibling)
        index, last = index >> 1, last >> 1
    assert last == 0, "the proof is too short"
    return root


def verify(receipt, public_key):
    proof, note = receipt.split("\n\n", 1)
    header, extra, index, *hashes = proof.split("\n")
    assert header == "c2sp.org/tlog-proof@v1" and extra.startswith("extra ") and index.startswith("index ")
    event = json.loads(base64.b64decode(extra[6:]))
    size, root = open_checkpoint(note, public_key)
    path = [base64.b64decode(each) for each in hashes]
    assert root_of(event["leaf"].encode(), int(index[6:]), size, path) == root, "the event is not in the log"
    leaf = json.loads(event["leaf"])
    if event.keys() != {"leaf"}:  # Without content, which was removed by law, it proves the envelope.
        commitment = base64.b64encode(sha256((event["salt"] + event["content"]).encode())).decode()
        assert leaf["commitment"] == commitment, "the content is another"
    return leaf


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="") as file:
        print(verify(file.read(), sys.argv[2])["id"])
