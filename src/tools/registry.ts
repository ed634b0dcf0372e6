import { OkcvmError, toErrorValue } from "../domain/errors.ts";
import type { ToolResult } from "../domain/message.ts";
import type { ToolSpec } from "../domain/tool-spec.ts";
import { checkArguments } from "./check-arguments.ts";
import type { Tool, ToolContext } from "./define-tool.ts";
import { parseArguments } from "./parse-arguments.ts";

const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** A tool as it stands: what a model is told, and whether it can run here. */
export interface RegistryEntry {
  spec: ToolSpec;
  status: "offered" | "coming" | "off";
  custom: boolean;
}

/**
 * The tools: the contract's, as far as they are built, and custom ones. A tool
 * named by the contract but not built is listed as coming and never offered.
 */
export class ToolRegistry {
  readonly #builtInSpecs: ToolSpec[];
  readonly #tools = new Map<string, Tool<never>>();
  readonly #custom = new Map<string, Tool<never>>();
  #bundle: ToolSpec[] | null = null;

  constructor(specs: ToolSpec[], tools: Tool<never>[]) {
    this.#builtInSpecs = specs;
    for (const tool of tools) {
      if (!specs.some((spec) => spec.name === tool.name)) {
        throw new OkcvmError("internal", `${tool.name} has no entry in spec/tools.json.`);
      }
      this.#tools.set(tool.name, tool);
    }
  }

  /** The contract as shipped. */
  get builtInSpecs(): ToolSpec[] {
    return this.#builtInSpecs;
  }

  /** Specs of a person's bundle in place of the shipped ones; null goes back. */
  useBundle(specs: ToolSpec[] | null): void {
    this.#bundle = specs;
  }

  /** Adds or replaces a tool. Errors: `bad-arguments`. */
  register(tool: Tool<never>): void {
    if (typeof tool?.name !== "string" || !NAME.test(tool.name)) {
      throw new OkcvmError(
        "bad-arguments",
        `"${tool?.name}" is not a tool name: use letters, digits, _ and -, at most 64.`,
      );
    }
    if (typeof tool.execute !== "function") {
      throw new OkcvmError(
        "bad-arguments",
        `The tool ${tool.name} needs an execute(args, context) function.`,
      );
    }
    const known = this.#builtInSpecs.some((spec) => spec.name === tool.name);
    if (!tool.spec && !known) {
      throw new OkcvmError(
        "bad-arguments",
        `The tool ${tool.name} needs a spec: {name, description, parameters}.`,
      );
    }
    if (tool.spec && !isUsableSpec(tool.spec, tool.name)) {
      throw new OkcvmError(
        "bad-arguments",
        `The spec of ${tool.name} needs the same name, a description, and parameters {type: "object", properties: {…}}.`,
      );
    }
    this.#custom.set(tool.name, tool);
  }

  list(): RegistryEntry[] {
    const shown = this.#bundle ?? this.#builtInSpecs;
    const entries = shown.map((spec): RegistryEntry => this.#entry(spec));
    const off = this.#builtInSpecs.filter((spec) => !shown.some((one) => one.name === spec.name));
    for (const spec of off.filter(({ name }) => !this.#custom.get(name)?.spec))
      entries.push({ spec, status: this.#find(spec.name) ? "off" : "coming", custom: false });
    for (const tool of this.#custom.values()) {
      if (tool.spec && !entries.some((entry) => entry.spec.name === tool.name)) {
        entries.push({ spec: tool.spec, status: "offered", custom: true });
      }
    }
    return entries;
  }

  /** What a model is offered now. */
  specs(): ToolSpec[] {
    return this.list()
      .filter((entry) => entry.status === "offered")
      .map((entry) => entry.spec);
  }

  names(): string[] {
    return this.specs().map((spec) => spec.name);
  }

  /** Parses, checks and runs one call. Never throws: a failure is a result the model can act on. */
  async run(name: string, args: unknown, context: ToolContext): Promise<ToolResult> {
    try {
      const spec = this.specs().find((one) => one.name === name);
      const tool = this.#find(name);
      if (!spec || !tool) throw this.#unknown(name);
      const checked = checkArguments(spec.parameters, parseArguments(args));
      if (context.signal.aborted) throw new OkcvmError("aborted", "Stopped before it began.");
      const result = await tool.execute(checked as never, context);
      return this.#custom.has(name) ? checkResult(name, result) : result;
    } catch (error) {
      return errorResult(error);
    }
  }

  #entry(spec: ToolSpec): RegistryEntry {
    const custom = this.#custom.get(spec.name);
    const status = this.#find(spec.name) ? "offered" : "coming";
    return { spec: custom?.spec ?? spec, status, custom: custom !== undefined };
  }

  #find(name: string): Tool<never> | undefined {
    return this.#custom.get(name) ?? this.#tools.get(name);
  }

  #unknown(name: string): OkcvmError {
    const coming = this.#builtInSpecs.some((spec) => spec.name === name) && !this.#find(name);
    const why = coming ? `${name} is not built yet.` : `There is no tool named ${name}.`;
    return new OkcvmError("unknown-tool", `${why} The tools are: ${this.names().join(", ")}.`);
  }
}

function isUsableSpec(spec: ToolSpec, name: string): boolean {
  const { properties = {} } = spec.parameters ?? {};
  return (
    spec.name === name &&
    typeof spec.description === "string" &&
    spec.parameters?.type === "object" &&
    typeof properties === "object" &&
    properties !== null &&
    !Array.isArray(properties)
  );
}

/** A custom tool's result as one that can be sent and stored. Errors: `internal`; what cannot be cloned throws too. */
function checkResult(name: string, answer: ToolResult | string): ToolResult {
  const result = typeof answer === "string" ? { ok: true, output: answer } : answer;
  if (typeof result?.ok !== "boolean" || typeof result.output !== "string") {
    throw new OkcvmError("internal", `The tool ${name} did not answer {ok, output}; it has to be mended.`);
  }
  return structuredClone(result);
}

/** The result of a failure. */
export function errorResult(error: unknown): ToolResult {
  const value = toErrorValue(error);
  return { ok: false, output: value.message, error: value };
}
