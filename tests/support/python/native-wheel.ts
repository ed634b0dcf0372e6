import makeWabt from "wabt";
import { buildWheel, NATIVE_TAG, type Wheel } from "./wheels.ts";

/**
 * PyInit_tiny makes the module `tiny` with one number in it; Python's own
 * functions come from the interpreter. The data is a PyModuleDef of 52 bytes
 * (a reference count of 1 at 0, the name at 20, a size of -1 at 28), then texts.
 */
const SOURCE = `
(module
  (import "env" "memory" (memory 1))
  (import "env" "__memory_base" (global $base i32))
  (import "env" "PyModule_Create2" (func $create (param i32 i32) (result i32)))
  (import "env" "PyModule_AddIntConstant" (func $add (param i32 i32 i32) (result i32)))
  (data (global.get $base) "\\01${"\\00".repeat(27)}\\ff\\ff\\ff\\ff${"\\00".repeat(20)}tiny\\00ANSWER\\00")
  (func (export "PyInit_tiny") (result i32)
    (local $module i32)
    (i32.store offset=20 (global.get $base) (i32.add (global.get $base) (i32.const 52)))
    (local.set $module (call $create (global.get $base) (i32.const 1013)))
    (drop (call $add (local.get $module) (i32.add (global.get $base) (i32.const 57)) (i32.const ANSWER)))
    (local.get $module)))
`;

/** What makes a WebAssembly module a shared library: 64 bytes of memory, aligned to 4, no table. */
const DYLINK = [1, 4, 64, 2, 0, 0];

/** A real extension module for WebAssembly, made from text. `import tiny; tiny.ANSWER` gives the number. */
export async function nativeWheel(version = "1.0", answer = 4242): Promise<Wheel> {
  const wabt = await makeWabt();
  const parsed = wabt.parseWat("tiny.wat", SOURCE.replace("i32.const ANSWER", `i32.const ${answer}`));
  const { buffer } = parsed.toBinary({});
  const name = new TextEncoder().encode("dylink.0");
  const section = [0, 1 + name.length + DYLINK.length, name.length, ...name, ...DYLINK];
  const library = Uint8Array.from([...buffer.subarray(0, 8), ...section, ...buffer.subarray(8)]);
  return buildWheel({
    name: "tiny",
    version,
    tag: NATIVE_TAG,
    files: { "tiny.cpython-314-wasm32-emscripten.so": library },
  });
}
