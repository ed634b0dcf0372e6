/** The kernel's Python modules, by file name. */
export const KERNEL_FILES: Record<string, string> = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>("./kernel/*.py", { query: "?raw", import: "default", eager: true }),
  ).map(([path, text]) => [path.slice(path.lastIndexOf("/") + 1), text]),
);
