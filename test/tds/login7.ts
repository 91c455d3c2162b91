/** What a login asks for (MS-TDS 2.2.6.4). */
export interface Login {
  readonly packetSize: number;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  readonly application: string;
  readonly database: string;
  readonly readOnlyIntent: boolean;
  /** A Windows login (NTLM or Kerberos) was asked for instead of a SQL Server login. */
  readonly integrated: boolean;
  /** The client brought an Entra access token. */
  readonly accessToken: string | null;
}

const extensionFlag = 0x10;
const fedAuthFeature = 0x02;

function textAt(data: Buffer, field: number): string {
  const offset = data.readUInt16LE(field);
  const length = data.readUInt16LE(field + 2);
  return data.subarray(offset, offset + length * 2).toString('utf16le');
}

/** Undoes the nibble swap and XOR that the protocol puts on passwords. */
function passwordAt(data: Buffer, field: number): string {
  const offset = data.readUInt16LE(field);
  const length = data.readUInt16LE(field + 2);
  const hidden = data.subarray(offset, offset + length * 2);
  const clear = hidden.map((byte) => {
    const swapped = byte ^ 0xa5;
    return ((swapped << 4) | (swapped >> 4)) & 0xff;
  });
  return Buffer.from(clear).toString('utf16le');
}

function accessTokenOf(data: Buffer): string | null {
  if ((data.readUInt8(27) & extensionFlag) === 0) return null;
  let at = data.readUInt32LE(data.readUInt16LE(56));
  while (data.readUInt8(at) !== 0xff) {
    const feature = data.readUInt8(at);
    const length = data.readUInt32LE(at + 1);
    const content = data.subarray(at + 5, at + 5 + length);
    // Options byte, then the token with its length; the client that asks for a challenge brings no token.
    if (feature === fedAuthFeature && content.length > 5) {
      return content.subarray(5, 5 + content.readUInt32LE(1)).toString('utf16le');
    }
    at += 5 + length;
  }
  return null;
}

/** Reads a LOGIN7 message. */
export function parseLogin7(data: Buffer): Login {
  return {
    packetSize: data.readUInt32LE(8),
    integrated: (data.readUInt8(25) & 0x80) !== 0,
    readOnlyIntent: (data.readUInt8(26) & 0x20) !== 0,
    host: textAt(data, 36),
    user: textAt(data, 40),
    password: passwordAt(data, 44),
    application: textAt(data, 48),
    database: textAt(data, 68),
    accessToken: accessTokenOf(data),
  };
}
