const SEQUENCE = 0x30
const INTEGER = 0x02
/** Up to here a length is one byte, and a first byte of an integer says that it is not negative. */
const MAX_SHORT = 0x7f
const LONG_LENGTH_OF_ONE_BYTE = 0x81

/** A DER integer without a byte too much: of the fewest bytes, and not negative (X.690 section 8.3). */
function derInteger(unsigned: Buffer): Buffer {
  // Of zero, in which none is found, -1 leaves the last byte.
  const digits = unsigned.subarray(unsigned.findIndex((byte) => byte !== 0))
  const sign = (digits[0] ?? 0) > MAX_SHORT ? [0] : []
  return Buffer.concat([Buffer.from([INTEGER, sign.length + digits.length, ...sign]), digits])
}

/**
 * An ECDSA signature as ASN.1 says it, from the two integers side by side of which a JWS consists.
 *
 * Does NOT check: that the integers lie within the order of the curve, which is for the verification.
 *
 * RFC 7518 section 3.4, RFC 3279 section 2.2.3.
 *
 * @param signature twice `integerBytes` long
 */
export function derSignature(signature: Buffer, integerBytes: number): Buffer {
  const content = Buffer.concat([
    derInteger(signature.subarray(0, integerBytes)),
    derInteger(signature.subarray(integerBytes)),
  ])
  const length = content.length > MAX_SHORT ? [LONG_LENGTH_OF_ONE_BYTE, content.length] : [content.length]
  return Buffer.concat([Buffer.from([SEQUENCE, ...length]), content])
}
