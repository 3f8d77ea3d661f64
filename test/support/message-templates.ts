import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A message as the code writes it, with `{}` where a value comes in. */
export interface MessageTemplate {
  readonly text: string;
  /** `gateway/core/acts.ts:17`. */
  readonly place: string;
}

/** Calls whose argument at the index is shown to people. */
const CALLS: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({
    GatewayError: [1],
    JournalError: [1],
    SetupError: [0],
    wrongUse: [0],
    raiseFault: [2, 3],
    path: [2],
    lineState: [2],
    clearFault: [],
    finding: [2, 3],
    notNow: [0],
    inBoth: [0],
    printMarked: [1],
    fault: [2],
    refusal: [1],
    refuseUnknown: [2],
    refuse: [2],
    "warnings.push": [0],
    "problems.push": [0],
    "notes.push": [0],
  }),
);

/** Properties whose value is shown to people. */
const PROPERTIES: ReadonlySet<string> = new Set(["wrong", "message", "todo", "refused"]);

/** Every message in the TypeScript files of a folder that a person may be shown, as far as it stands there as text. */
export function messageTemplates(root: string, folder: string): readonly MessageTemplate[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return names
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith(".ts") && !/\/(chinese|console)\//.test(name))
    .flatMap((name) => templatesOf(name, readFileSync(join(root, name), "utf8")));
}

type Constants = ReadonlyMap<string, readonly ts.Expression[]>;

function templatesOf(name: string, text: string): MessageTemplate[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const constants = constantsOf(source);
  const found: MessageTemplate[] = [];
  const take = (node: ts.Expression): void => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    for (const one of textsOf(node, constants))
      if (/[a-z]{2}\S* /.test(one)) found.push({ text: one, place: `${name}:${line}` });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const indexes = CALLS.get(calledName(node.expression)) ?? [];
      for (const index of indexes) if (node.arguments?.[index]) take(node.arguments[index]);
    } else if (ts.isPropertyAssignment(node) && PROPERTIES.has(node.name.getText())) take(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function calledName(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  if (!ts.isPropertyAccessExpression(node)) return "";
  const { expression, name } = node;
  return name.text === "push" && ts.isIdentifier(expression) ? `${expression.text}.push` : name.text;
}

/** What a file gives a name to, where it gives that name once: `const wrong = …`, and what a function returns. */
function constantsOf(source: ts.SourceFile): Constants {
  const constants = new Map<string, readonly ts.Expression[]>();
  const twice = new Set<string>();
  const name = (what: string, ...given: readonly ts.Expression[]): void => {
    if (constants.has(what)) twice.add(what);
    constants.set(what, given);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer)
      name(node.name.text, node.initializer);
    if ((ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) && node.name && node.body)
      name(`${node.name.getText()}()`, ...returnedBy(node.body));
    ts.forEachChild(node, visit);
  };
  visit(source);
  for (const one of twice) constants.delete(one);
  return constants;
}

function returnedBy(body: ts.Block): ts.Expression[] {
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression);
    if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  visit(body);
  return found;
}

/** A name within a name within a name. */
const DEPTH_MAX = 4;

/** The texts that an expression may give, as far as it is written as text. */
function textsOf(node: ts.Expression, constants: Constants, depth = DEPTH_MAX): readonly string[] {
  const inside = (one: ts.Expression): readonly string[] => textsOf(one, constants, depth);
  const orValue = (texts: readonly string[]): readonly string[] => (texts.length > 0 ? texts : ["{}"]);
  const named = constants.get(nameOf(node));
  if (named) return depth === 0 ? [] : named.flatMap((one) => textsOf(one, constants, depth - 1));
  if (ts.isParenthesizedExpression(node)) return inside(node.expression);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text];
  if (ts.isTemplateExpression(node))
    return node.templateSpans.reduce<readonly string[]>(
      (before, { expression, literal }) =>
        before.flatMap((text) => orValue(inside(expression)).map((one) => text + one + literal.text)),
      [node.head.text],
    );
  if (ts.isConditionalExpression(node)) return [...inside(node.whenTrue), ...inside(node.whenFalse)];
  if (!ts.isBinaryExpression(node)) return [];
  const { left, operatorToken, right } = node;
  if (operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) return [...inside(left), ...inside(right)];
  if (operatorToken.kind !== ts.SyntaxKind.PlusToken) return [];
  return orValue(inside(left)).flatMap((a) => orValue(inside(right)).map((b) => a + b));
}

function nameOf(node: ts.Expression): string {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isCallExpression(node) ? `${calledName(node.expression)}()` : "";
}
