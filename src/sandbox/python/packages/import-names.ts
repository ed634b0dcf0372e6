/**
 * Modules whose packages Pyodide has no build of, and the package on the index
 * that brings each: pure Python, well known, and asked for often. A module that
 * is not in the lock nor here is not installed by being imported, so that a
 * slip of the pen never fetches a stranger's package.
 */
export const IMPORT_NAMES: Readonly<Record<string, string>> = {
  docx: "python-docx",
  emoji: "emoji",
  et_xmlfile: "et-xmlfile",
  faker: "faker",
  fpdf: "fpdf2",
  markdown: "markdown",
  markdownify: "markdownify",
  openpyxl: "openpyxl",
  pdfminer: "pdfminer-six",
  plotly: "plotly",
  pptx: "python-pptx",
  pypdf: "pypdf",
  qrcode: "qrcode",
  reportlab: "reportlab",
  seaborn: "seaborn",
  slugify: "python-slugify",
  tabulate: "tabulate",
  xlsxwriter: "xlsxwriter",
  xmltodict: "xmltodict",
};
