/** The words of the engine's settings. */
export const enEngine = {
  title: "Where commands run",
  choices: {
    auto: "Automatic",
    embedded: "Embedded shell",
    webcontainer: "WebContainer",
  },
  hints: {
    auto: "WebContainer where this server offers it and it answers; else the embedded shell.",
    embedded: "In this page, also offline. No network, and none of your files leave it.",
    webcontainer:
      "Node, npm and servers, by StackBlitz. While it does not answer, the embedded shell is used and says so.",
  },
  now: "In use now",
  none: "No conversation is open.",
  running: "A command is running. If the engine changes, it is stopped; its files are kept.",
  key: "WebContainer API key",
  keyHint:
    "Leave it empty to use the server's. It names the owner of this page to StackBlitz, in the address of its frame: it is no secret.",
  origin: "WebContainer host",
  originExample: "The server's, usually https://stackblitz.com",
  originHint: "It must be the one this server allows with OKCVM_WEBCONTAINER_ORIGIN.",
  duty: "WebContainer is not part of this app: its code comes from StackBlitz and runs in a frame of theirs, with a network of its own and a copy of this conversation's files. Use in production for a commercial purpose needs a licence from StackBlitz.",
  dutyLink: "Licences for WebContainer",
};
