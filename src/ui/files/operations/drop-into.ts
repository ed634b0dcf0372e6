import { toErrorValue } from "../../../domain/errors.ts";
import { baseName } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { showToast } from "../../state/toasts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import { saveDocuments } from "../edit/documents.ts";
import { joinPath } from "../inner-path.ts";
import { addFiles, takenPaths, withFreeNames } from "./add-files.ts";
import type { Asker, Question } from "./ask.ts";
import type { Dropped, DroppedFile } from "./dropped.ts";
import type { Progress } from "./progress.ts";
import { folderWords, someNames, takenQuestion } from "./questions.ts";

interface Context {
  workspace: Workspace;
  progress: Progress;
  asker: Asker;
  show: (path: string) => void;
}

/** Adds files of the person's disk to a folder: asks about archives and about names that are taken, then writes. */
export async function dropInto(
  context: Context,
  folder: string,
  read: () => Promise<Dropped>,
): Promise<void> {
  const dropped = await context.progress.run(filesTexts.progress.reading, read);
  const zips = dropped.files.filter(isLoneZip);
  const unpack = zips.length > 0 ? await context.asker.ask(zipQuestion(zips, folder)) : "keep";
  if (unpack === null) return;
  if (unpack === "unpack") for (const zip of zips) await unpackInto(context, folder, zip.file);
  const rest = unpack === "keep" ? dropped : withoutZips(dropped);
  if (rest.files.length + rest.emptyFolders.length > 0) await addInto(context, folder, rest);
  else if (unpack === "keep") showToast({ text: withLeftOut(filesTexts.nothingToAdd, rest) });
}

/** An archive dropped by itself is perhaps meant to be opened; one inside a folder is part of it. */
function isLoneZip(one: DroppedFile): boolean {
  return !one.path.includes("/") && /\.zip$/i.test(one.path);
}

function withoutZips(dropped: Dropped): Dropped {
  return { ...dropped, files: dropped.files.filter((one) => !isLoneZip(one)) };
}

function zipQuestion(zips: readonly DroppedFile[], folder: string): Question {
  const names = someNames(zips.map((zip) => zip.path));
  return {
    title: filesTexts.zip.title(zips.length),
    text: filesTexts.zip.text(names, folderWords(folder)),
    options: [
      { value: "unpack", label: filesTexts.zip.unpack, primary: true },
      { value: "keep", label: filesTexts.zip.keep },
    ],
  };
}

async function unpackInto(context: Context, folder: string, zip: File): Promise<void> {
  const { workspace, progress } = context;
  await saveDocuments(workspace, folder);
  try {
    const { files } = await progress.run(filesTexts.progress.unpacking(zip.name), () =>
      workspace.importZip(zip, { into: folder, label: filesTexts.zip.label(zip.name) }),
    );
    showToast({ text: filesTexts.unpacked(files, zip.name) });
  } catch (error) {
    // The other files that came with it are added all the same.
    showToast({ text: filesTexts.failedOn(zip.name, toErrorValue(error).message), tone: "danger" });
  }
}

async function addInto(context: Context, folder: string, dropped: Dropped): Promise<void> {
  const { workspace, progress, asker } = context;
  await saveDocuments(workspace, folder);
  const taken = await takenPaths(workspace, folder, dropped);
  const answer = taken.length > 0 ? await asker.ask(takenQuestion(taken.map(baseName), folder)) : "replace";
  if (answer === null) return;
  const wanted = answer === "both" ? await withFreeNames(workspace, folder, dropped) : dropped;
  const total = wanted.files.length;
  let done = 0;
  try {
    await progress.run(
      filesTexts.progress.adding(0, total),
      async (say, signal) => {
        const onProgress = (files: number): void => {
          done = files;
          say(filesTexts.progress.adding(files, total));
        };
        await addFiles(workspace, folder, wanted, { signal, onProgress });
      },
      { stoppable: true },
    );
  } catch (error) {
    const { code, message } = toErrorValue(error);
    const stopped = filesTexts.addStopped(done);
    showToast(code === "aborted" ? { text: stopped } : { text: `${message} ${stopped}`, tone: "danger" });
    return;
  }
  const first = wanted.files[0]?.path ?? wanted.emptyFolders[0];
  if (first !== undefined) context.show(joinPath(folder, first.split("/")[0] ?? first));
  showToast({ text: withLeftOut(addedWords(wanted, folder), wanted) });
}

function addedWords(dropped: Dropped, folder: string): string {
  return dropped.files.length > 0
    ? filesTexts.added(dropped.files.length, folderWords(folder))
    : filesTexts.addedFolders(dropped.emptyFolders.length, folderWords(folder));
}

function withLeftOut(words: string, dropped: Dropped): string {
  return dropped.leftOut.length > 0 ? `${words} ${filesTexts.leftOut(someNames(dropped.leftOut))}` : words;
}
