import { chosenFiles, type Dropped } from "./dropped.ts";

/** Lets the person choose files of their disk, or a whole folder. Nothing happens when they choose none. */
export function chooseFiles(options: { folders: boolean }, onChosen: (files: Dropped) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = options.folders;
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) onChosen(chosenFiles(files));
  });
  input.click();
}
