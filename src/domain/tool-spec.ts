/** The JSON Schema subset tool arguments are described in. Other keywords pass through to the model unread. */
export interface JsonSchema {
  type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  anyOf?: JsonSchema[];
  [keyword: string]: unknown;
}

/** What a model is told of one tool. */
export interface ToolSpec {
  name: string;
  description: string;
  /** An object schema. */
  parameters: JsonSchema;
}
