/** A file of the person's disk and where it lay below what was dropped: "photos/a.png". */
export interface DroppedFile {
  path: string;
  file: File;
}

/** What a person dropped or chose. */
export interface Dropped {
  files: DroppedFile[];
  /** Folders that hold nothing. */
  emptyFolders: string[];
  /** Paths that cannot go into a workspace: Git's own folder. */
  leftOut: string[];
}

/** Names that are not taken along: Git's own files, which the workspace refuses, and what file managers leave behind. */
const LEFT_OUT = new Set([".git"]);
const LITTER = new Set([".DS_Store", "Thumbs.db", "desktop.ini"]);

/** Takes hold of what was dropped. It must be called in the event itself: afterwards the browser has emptied the list. */
export function droppedEntries(data: DataTransfer): (FileSystemEntry | File)[] {
  const items = [...data.items].filter((item) => item.kind === "file");
  // Asked for by name: not every browser has it.
  return items.flatMap((item) => item.webkitGetAsEntry?.() ?? item.getAsFile() ?? []);
}

/** Walks what was dropped, folders too. */
export async function readDropped(entries: readonly (FileSystemEntry | File)[]): Promise<Dropped> {
  const found: Dropped = { files: [], emptyFolders: [], leftOut: [] };
  for (const entry of entries) {
    if (entry instanceof File) found.files.push({ path: entry.name, file: entry });
    else await walk(entry, "", found);
  }
  return found;
}

/** Files of an input; those of a folder's input carry their path. */
export function chosenFiles(files: readonly File[]): Dropped {
  return {
    files: files.map((file) => ({ path: file.webkitRelativePath || file.name, file })),
    emptyFolders: [],
    leftOut: [],
  };
}

async function walk(entry: FileSystemEntry, above: string, found: Dropped): Promise<void> {
  const path = above + entry.name;
  if (LEFT_OUT.has(entry.name)) found.leftOut.push(path);
  else if (isFile(entry)) {
    if (!LITTER.has(entry.name)) found.files.push({ path, file: await fileOf(entry) });
  } else if (isFolder(entry)) {
    const children = await childrenOf(entry);
    if (children.length === 0) found.emptyFolders.push(path);
    for (const child of children) await walk(child, `${path}/`, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A reader answers a hundred at a time, and nothing when it is at the end. */
async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
