import { newId } from "../../domain/ids.ts";
import type { Message } from "../../domain/message.ts";
import { cellsOf } from "../../domain/notebook-cells.ts";
import { toNotebook } from "../../domain/notebook-file.ts";
import { downloadBlob } from "../files/operations/download.ts";
import { notebookTexts } from "../texts/notebook-texts.ts";
import { fileName } from "../timeline/history-actions.ts";

/** Downloads the Python of a branch as a file that Jupyter opens. */
export function downloadNotebook(messages: readonly Message[], title: string): void {
  const notebook = toNotebook(cellsOf(messages, notebookTexts.restarted), newId);
  downloadBlob(new Blob([notebook]), fileName(title, "ipynb"));
}
