import { enPreview } from "./en-preview.ts";

/** The words of the preview: apart from the others, because they are loaded with it. */
export const previewTexts: typeof enPreview = enPreview;
