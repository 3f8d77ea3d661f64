// Turns types of the code, with their comments, into JSON Schema. Words that have a list of their own in
// alarm.schema.json refer to it. Used by watch-schema.mjs and platform-schema.mjs.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { ROOT } from "./install.mjs";

export const FOLDER = join(ROOT, "docs/schemas");
export const readSchema = (name) => JSON.parse(readFileSync(join(FOLDER, `${name}.schema.json`), "utf8"));

/** Bounds that a comment may state, as `@maxLength 64`. */
const BOUNDS = ["minLength", "maxLength", "minimum"];

const withNull = (schema) => {
  if (schema.enum) return { ...schema, enum: [...schema.enum, null] };
  return schema.type && schema.type !== "object"
    ? { ...schema, type: [schema.type, "null"] }
    : { anyOf: [schema, { type: "null" }] };
};

/**
 * Reads one file's types. `shared` names those that stand once under `$defs`; `meanings` says what a field's name alone
 * tells; `fractions` which numbers are not whole; `sealed` which fields are left out.
 */
export class TypeSchemas {
  defs = {};

  constructor({ file, shared = {}, meanings = [], fractions = /^$/, sealed = [] }) {
    const path = join(ROOT, file);
    const configuration = ts.getParsedCommandLineOfConfigFile(join(ROOT, "tsconfig.json"), {}, ts.sys);
    const program = ts.createProgram([path], configuration.options);
    this.checker = program.getTypeChecker();
    this.source = program.getSourceFile(path);
    this.rules = { shared, meanings, fractions, sealed };
    this.words = Object.entries(readSchema("alarm").$defs).flatMap(([name, { enum: words }]) =>
      words ? [[[...words].sort().join(" "), { $ref: `alarm.schema.json#/$defs/${name}` }]] : [],
    );
  }

  /** The type that the file exports under this name. */
  typeOf(name) {
    const isIt = (one) => (ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one)) && one.name.text === name;
    return this.checker.getTypeAtLocation(this.source.statements.find(isIt));
  }

  ofUnion(type, name) {
    const parts = type.types.filter(({ flags }) => !(flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Null)));
    const isLiteral = parts.every((part) => part.isStringLiteral() || part.isNumberLiteral());
    const isBoolean = parts.every(({ flags }) => flags & ts.TypeFlags.BooleanLiteral);
    const isNull = type.types.some(({ flags }) => flags & ts.TypeFlags.Null);
    let schema;
    if (isBoolean) schema = { type: "boolean" };
    else if (isLiteral) schema = this.ofWords(parts.map(({ value }) => value).sort());
    else if (parts.length === 1) schema = this.of(parts[0], name);
    else schema = { anyOf: parts.map((part) => this.of(part, name)) };
    return isNull ? withNull(schema) : schema;
  }

  ofWords(words) {
    const known = this.words.find(([list]) => list === words.join(" "));
    return known?.[1] ?? (words.length === 1 ? { const: words[0] } : { enum: words });
  }

  ofObject(type) {
    const [index] = this.checker.getIndexInfosOfType(type);
    const fields = this.checker.getPropertiesOfType(type).filter(({ name }) => !this.rules.sealed.includes(name));
    if (index && fields.length === 0) return { type: "object", additionalProperties: this.of(index.type, "") };
    const properties = fields.map((field) => [field.name, this.describe(field)]);
    const required = fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
    return { type: "object", additionalProperties: false, required, properties: Object.fromEntries(properties) };
  }

  describe(field) {
    const schema = this.of(this.checker.getTypeOfSymbolAtLocation(field, this.source), field.name);
    const bounds = field
      .getJsDocTags(this.checker)
      .filter(({ name }) => BOUNDS.includes(name))
      .map(({ name, text }) => [name, Number(ts.displayPartsToString(text))]);
    const comment = ts.displayPartsToString(field.getDocumentationComment(this.checker)).replaceAll(/\s+/g, " ").trim();
    const meaning = this.rules.meanings.find(([pattern]) => pattern.test(field.name))?.[1];
    const description = [comment, comment !== "" && /^Mill|^Deg|^Perc/.test(meaning ?? "") ? meaning : ""];
    const text = comment === "" ? meaning : description.filter(Boolean).join(" ");
    return { ...(text !== undefined && { description: text }), ...schema, ...Object.fromEntries(bounds) };
  }

  of(type, name) {
    const shareName = this.rules.shared[type.symbol?.name];
    if (shareName && type.isClassOrInterface()) {
      this.defs[shareName] ??= this.ofObject(type);
      return { $ref: `#/$defs/${shareName}` };
    }
    if (type.isUnion()) return this.ofUnion(type, name);
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (type.flags & ts.TypeFlags.StringLike) return { type: "string" };
    if (type.flags & ts.TypeFlags.Number) return { type: this.rules.fractions.test(name) ? "number" : "integer" };
    if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: type.intrinsicName === "true" };
    if (type.flags & ts.TypeFlags.Boolean) return { type: "boolean" };
    if (type.flags & ts.TypeFlags.Null) return { type: "null" };
    if (this.checker.isArrayType(type) || this.checker.isTupleType(type))
      return { type: "array", items: this.of(this.checker.getTypeArguments(type)[0], name) };
    if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) return this.ofObject(type);
    throw new Error(`${name}: no schema for ${this.checker.typeToString(type)}`);
  }

  /** What was found to be shared, in order. */
  get $defs() {
    return Object.fromEntries(Object.entries(this.defs).sort());
  }
}
