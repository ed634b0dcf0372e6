/** The words of the preview. */
export const enPreview = {
  emptyTitle: "No site yet",
  empty: "Sites the agent publishes and servers it starts appear here. Ask it to make a page and publish it.",
  loading: "Loading the site",
  choose: "Site to show",
  option: (title: string, time: string) => `${title} · ${time}`,
  copy: "Copy the address",
  reload: "Reload the site",
  openTab: "Open in a new tab",
  frame: (title: string) => `Preview of ${title}`,
  running: "Running",
  published: "Published",
  server: (port: number) => `localhost:${port}`,
  pageErrors: (count: number) => (count === 1 ? "1 error in the page" : `${count} errors in the page`),
  fix: "Ask the agent to fix it",
  fixRequest: (port: number, errors: string) =>
    `The page that the server on port ${port} serves has errors. Find the cause and fix it.\n\n${errors}`,
};
