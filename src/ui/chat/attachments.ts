import { createSignal, onCleanup, type Accessor } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import type { Session, Uploaded } from "../../vm/api.ts";
import { formatBytes } from "../format/bytes.ts";
import { showToast } from "../state/toasts.ts";
import { t } from "../texts/texts.ts";

export const MAX_FILES = 100;
export const MAX_FILE_BYTES = 100 * 1024 * 1024;

/** A file on its way to the workspace, or there. */
export interface Attachment {
  key: number;
  name: string;
  /** Bytes. */
  size: number;
  /** 0 to 1. */
  progress: number;
  /** Set once it is in the workspace. */
  uploaded?: Uploaded;
  problem?: string;
}

export interface Attachments {
  list: Accessor<Attachment[]>;
  /** True while one is on its way. */
  busy: Accessor<boolean>;
  add: (files: readonly File[]) => void;
  remove: (key: number) => void;
  /** The uploaded ones, taken off the list. */
  take: () => Uploaded[];
  /** Puts back what `take` took, after a message was refused. */
  putBack: (uploaded: readonly Uploaded[]) => void;
}

/** What stands against adding these files; null for nothing. */
export function refusal(files: readonly Pick<File, "name" | "size">[], already: number): string | null {
  if (files.length + already > MAX_FILES) return t.composer.tooMany(MAX_FILES, files.length + already);
  const large = files.find((file) => file.size > MAX_FILE_BYTES);
  return large ? t.composer.tooLarge(large.name, formatBytes(large.size), formatBytes(MAX_FILE_BYTES)) : null;
}

interface Uploader {
  add: (key: number, file: File) => void;
  /** Ends or forgets an upload; one that is over is left as it is. */
  cancel: (key: number) => void;
}

/** Uploads files, and reports how far each is. */
function createUploader(
  session: Session,
  patch: (key: number, change: Partial<Attachment>) => void,
): Uploader {
  const aborts = new Map<number, AbortController>();
  const waiting: { key: number; file: File }[] = [];
  let busy = false;
  // One after the other: two files of one name must not look for a free name at the same time.
  const next = (): void => {
    const job = busy ? undefined : waiting.shift();
    if (!job) return;
    busy = true;
    void upload(job.key, job.file).finally(() => {
      busy = false;
      next();
    });
  };
  const upload = async (key: number, file: File): Promise<void> => {
    const abort = new AbortController();
    aborts.set(key, abort);
    try {
      const [uploaded] = await session.upload([{ name: file.name, content: file }], {
        signal: abort.signal,
        onProgress: (done, total) => patch(key, { progress: total > 0 ? done / total : 1 }),
      });
      if (uploaded) patch(key, { uploaded, progress: 1, name: uploaded.name });
    } catch (error) {
      if (!abort.signal.aborted) patch(key, { problem: toErrorValue(error).message });
    } finally {
      aborts.delete(key);
    }
  };
  onCleanup(() => {
    waiting.length = 0;
    aborts.forEach((abort) => abort.abort());
  });
  return {
    add(key, file) {
      waiting.push({ key, file });
      next();
    },
    cancel(key) {
      aborts.get(key)?.abort();
      const place = waiting.findIndex((job) => job.key === key);
      if (place >= 0) waiting.splice(place, 1);
    },
  };
}

export function createAttachments(session: Session): Attachments {
  const [list, setList] = createSignal<Attachment[]>([]);
  let lastKey = 0;
  const uploader = createUploader(session, (key, change) => {
    setList((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)));
  });
  return {
    list,
    busy: () => list().some((one) => !one.uploaded && !one.problem),
    add(files) {
      const problem = refusal(files, list().length);
      if (problem !== null) {
        showToast({ text: problem, tone: "danger" });
        return;
      }
      const added = files.map((file) => ({
        key: (lastKey += 1),
        name: file.name,
        size: file.size,
        progress: 0,
      }));
      setList((all) => [...all, ...added]);
      added.forEach((one, index) => uploader.add(one.key, files[index] as File));
    },
    remove(key) {
      const gone = list().find((one) => one.key === key);
      uploader.cancel(key);
      setList((all) => all.filter((one) => one.key !== key));
      if (gone?.uploaded) removeUploaded(session, gone.uploaded);
    },
    take() {
      const taken = list().flatMap((one) => one.uploaded ?? []);
      setList([]);
      return taken;
    },
    putBack(uploaded) {
      const back = uploaded.map((one) => ({
        key: (lastKey += 1),
        name: one.name,
        size: one.size,
        progress: 1,
        uploaded: one,
      }));
      setList((all) => [...back, ...all]);
    },
  };
}

function removeUploaded(session: Session, uploaded: Uploaded): void {
  session.workspace.remove(uploaded.path).catch((error: unknown) => {
    // The agent may have moved it since; then there is nothing to take away.
    const { code, message } = toErrorValue(error);
    if (code !== "not-found") showToast({ text: message, tone: "danger" });
  });
}
