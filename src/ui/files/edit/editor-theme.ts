import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** The page's tokens follow the theme by themselves, so one style serves light and dark. */
const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--page)", color: "var(--text)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mono)",
    lineHeight: "20px",
    scrollbarWidth: "thin",
    scrollbarColor: "var(--n7) transparent",
  },
  ".cm-content": { padding: "8px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-gutters": { border: "none", backgroundColor: "var(--page)", color: "var(--n9)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "4ch", padding: "0 8px 0 10px" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--n9)" },
  "&.cm-focused .cm-activeLineGutter": { color: "var(--text)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)", borderLeftWidth: "1.5px" },
  ".cm-selectionBackground": { backgroundColor: "var(--n5)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "light-dark(oklch(0.47 0.093 192 / 0.2), oklch(0.79 0.105 188 / 0.26))",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--press)" },
  ".cm-searchMatch": {
    borderRadius: "2px",
    backgroundColor: "var(--find)",
    outline: "none",
  },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--find-now)" },
  "&.cm-focused .cm-matchingBracket": {
    borderRadius: "2px",
    backgroundColor: "var(--press)",
    outline: "1px solid var(--n7)",
  },
  "&.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "transparent",
    color: "var(--danger)",
  },
  ".cm-specialChar": { color: "var(--danger)" },
  ".cm-panels": { display: "none" },
  // Under 16 px a phone's browser zooms the page when the text takes focus.
  "@media (max-width: 899.98px)": {
    "&": { fontSize: "16px" },
    ".cm-scroller": { lineHeight: "24px" },
  },
});

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword],
    color: "var(--code-keyword)",
  },
  { tag: [tags.meta, tags.processingInstruction], color: "var(--code-keyword)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp, tags.inserted], color: "var(--code-string)" },
  { tag: [tags.attributeName, tags.propertyName], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.unit, tags.color], color: "var(--code-number)" },
  { tag: [tags.escape, tags.self, tags.labelName, tags.character], color: "var(--code-number)" },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.definition(tags.function(tags.variableName)),
      tags.typeName,
      tags.className,
      tags.tagName,
      tags.namespace,
      tags.macroName,
    ],
    color: "var(--code-title)",
  },
  { tag: tags.heading, color: "var(--code-title)", fontWeight: "600" },
  { tag: [tags.comment, tags.quote], color: "var(--code-comment)" },
  { tag: [tags.deleted, tags.invalid], color: "var(--danger)" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "600" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
]);

export const editorTheme: Extension = [look, syntaxHighlighting(colours)];
