/** The bytes of content that browsers keep as bytes or as a Blob. Bytes come back as they are, without a copy. */
export async function bytesOf(content: Uint8Array | Blob): Promise<Uint8Array<ArrayBuffer>> {
  return content instanceof Blob
    ? new Uint8Array(await content.arrayBuffer())
    : (content as Uint8Array<ArrayBuffer>);
}
