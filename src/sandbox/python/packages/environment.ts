/** What PEP 508 markers are read against. `extra` is given apart. */
export interface MarkerEnvironment {
  python_version: string;
  python_full_version: string;
  os_name: string;
  sys_platform: string;
  platform_system: string;
  platform_machine: string;
  platform_python_implementation: string;
  platform_release: string;
  platform_version: string;
  implementation_name: string;
  implementation_version: string;
}

/** The interpreter that packages are chosen for. */
export interface Target {
  markers: MarkerEnvironment;
  /** Of Pyodide's builds: `pyemscripten_2026_0_wasm32`. */
  platform: string;
  /** Minor version of Python 3. */
  minor: number;
}

/**
 * The target that a lock was made for.
 * @param python its full version: `3.14.2`.
 * @param abi Pyodide's ABI version: `2026_0`.
 */
export function targetOf(python: string, abi: string): Target {
  const [major = "3", minor = "0"] = python.split(".");
  return {
    markers: {
      python_version: `${major}.${minor}`,
      python_full_version: python,
      os_name: "posix",
      sys_platform: "emscripten",
      platform_system: "Emscripten",
      platform_machine: "wasm32",
      platform_python_implementation: "CPython",
      platform_release: "",
      platform_version: "",
      implementation_name: "cpython",
      implementation_version: python,
    },
    platform: `pyemscripten_${abi}_wasm32`,
    minor: Number(minor),
  };
}
