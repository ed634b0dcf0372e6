import { PackWriter } from "../../../src/domain/git/pack-writer.ts";

/** A tree's body, of entries as they are given. */
export function treeOf(...entries: [mode: string, name: string | Buffer, oid: string][]): Buffer {
  return Buffer.concat(
    entries.flatMap(([mode, name, oid]) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.of(0),
      Buffer.from(oid, "hex"),
    ]),
  );
}

const WHO = "t <t@t> 1700000000 +0000";

/** A commit's body. */
export function commitOf(tree: string, ...parents: string[]): Buffer {
  const lines = [
    `tree ${tree}`,
    ...parents.map((oid) => `parent ${oid}`),
    `author ${WHO}`,
    `committer ${WHO}`,
  ];
  return Buffer.from(`${lines.join("\n")}\n\nmessage\n`);
}

/** A pack of one commit with that tree. */
export function packOfTree(tree: (blob: string) => Buffer): { pack: Uint8Array; oid: string } {
  const writer = new PackWriter();
  const blob = writer.add("blob", Buffer.from("content"));
  const oid = writer.add("commit", commitOf(writer.add("tree", tree(blob))));
  return { pack: writer.finish()?.data ?? Buffer.alloc(0), oid };
}

/** A commit with that tree, on top of nothing. */
export function commitIn(writer: PackWriter, tree: Buffer): string {
  return writer.add("commit", commitOf(writer.add("tree", tree)));
}
