import {
  isArrayLiteralExpression,
  isCallExpression,
  isExportAssignment,
  isIdentifier,
  isImportDeclaration,
  isNumericLiteral,
  isObjectLiteralExpression,
  isPropertyAssignment,
  isStringLiteral,
  isVariableStatement,
  type Node,
  type SourceFile,
  SyntaxKind,
  skipTrivia,
} from "typescript/unstable/ast";

/** Something in the text, with the names of the members that lead to it, outermost first. */
interface Found {
  readonly node: Node;
  readonly names: readonly string[];
}

/** Where something is written into a list of a `board.ts`. */
export interface ListPlace {
  readonly list: "tools" | "parts";
  readonly position: number;
  /** The board has no such list yet. */
  readonly isNew: boolean;
}

/** Where in the text of a `board.ts` the things stand that a board is made of. */
export class BoardSyntax {
  readonly #file: SourceFile;
  readonly #constants = new Map<string, Node>();

  constructor(file: SourceFile) {
    this.#file = file;
    for (const statement of file.statements) {
      if (!isVariableStatement(statement)) continue;
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (isIdentifier(name) && initializer) this.#constants.set(name.text, initializer);
      }
    }
  }

  /** From 1. */
  lineAt(position: number): number {
    return this.#file.text.slice(0, position).split("\n").length;
  }

  /** The line of a field such as `name`, `parts[2]` or `audio.amplifier`; undefined when the text does not show it. */
  lineOfField(field: string): number | undefined {
    const node = this.#field(field);
    return node && this.#lineOf(node);
  }

  /** The line where a pin is given to a field for this use; of several, the one whose members are named so. */
  lineOfPin(field: string, pin: number, use: string): number | undefined {
    const within = this.#field(field);
    if (!within) return undefined;
    const words = use.split(" ");
    const score = ({ names }: Found) => names.filter((name) => words.includes(name)).length;
    const numbers = this.#all(within, (node) => isNumericLiteral(node) && Number(node.text) === pin);
    const [best] = numbers.sort((a, b) => score(b) - score(a));
    return this.#lineOf(best?.node ?? within);
  }

  /** The line of a tool's name, or of a member of it (`params`, `level`); that of its field when the text has no such name. */
  lineOfTool(field: string | undefined, name: string, ...members: readonly string[]): number | undefined {
    const within = field === undefined ? undefined : this.#field(field);
    if (!within) return undefined;
    const [named] = this.#all(within, (node) => isStringLiteral(node) && node.text === name);
    let node: Node | undefined = named?.node.parent?.parent;
    for (const member of members) node = (node && this.#member(node, member)) ?? node;
    return this.#lineOf(node && members.length > 0 ? node : (named?.node ?? within));
  }

  /** Modules whose values are imported, not only their types. */
  imports(): { readonly module: string; readonly line: number }[] {
    return this.#file.statements.filter(isImportDeclaration).flatMap((statement) => {
      const { moduleSpecifier, importClause } = statement;
      const isType = importClause !== undefined && importClause.phaseModifier === SyntaxKind.TypeKeyword;
      if (isType || !isStringLiteral(moduleSpecifier)) return [];
      return [{ module: moduleSpecifier.text, line: this.#lineOf(statement) }];
    });
  }

  /**
   * Where one more is written into a list of the board: before the list's end, or that of the board itself when it has no
   * such list; undefined when the text is written in another way than as one object.
   */
  listPlace(list: "tools" | "parts"): ListPlace | undefined {
    const board = this.#board();
    if (!board || !isObjectLiteralExpression(board)) return undefined;
    const member = board.properties.find((property) => nameOf(property) === list);
    if (!member) return { list, position: board.end - 1, isNew: true };
    const isList = isPropertyAssignment(member) && isArrayLiteralExpression(member.initializer);
    return isList ? { list, position: member.initializer.end - 1, isNew: false } : undefined;
  }

  #lineOf(node: Node): number {
    return this.lineAt(skipTrivia(this.#file.text, node.pos));
  }

  #board(): Node | undefined {
    const exported = this.#file.statements.find(isExportAssignment);
    const value = exported && this.#followed(exported.expression);
    return value && isCallExpression(value) ? value.arguments[0] && this.#followed(value.arguments[0]) : value;
  }

  /** The value of a constant of this file in place of its name. */
  #followed(node: Node): Node {
    return (isIdentifier(node) && this.#constants.get(node.text)) || node;
  }

  #member(node: Node, name: string): Node | undefined {
    const [found] = this.#all(node, ({ parent }) => {
      return parent !== undefined && isPropertyAssignment(parent) && nameOf(parent) === name;
    });
    return found?.node.parent;
  }

  #field(field: string): Node | undefined {
    const [name = "", ...rest] = field.split(".");
    const [, plain = name, index] = /^(\w+)\[(\d+)\]$/.exec(name) ?? [];
    const board = this.#board();
    if (!board || !isObjectLiteralExpression(board)) return undefined;
    const property = board.properties.find((member) => nameOf(member) === plain);
    if (!property) return undefined;
    const value = isPropertyAssignment(property) ? this.#followed(property.initializer) : property;
    if (index !== undefined && isArrayLiteralExpression(value)) return value.elements[Number(index)] ?? property;
    return rest.length > 0 ? (this.#member(value, rest.join(".")) ?? property) : property;
  }

  /** All nodes below this one, and in the constants that it names, that are wanted. */
  #all(from: Node, isWanted: (node: Node) => boolean): Found[] {
    const found: Found[] = [];
    const seen = new Set<Node>();
    const visit = (node: Node, names: readonly string[]): void => {
      if (seen.has(node)) return;
      seen.add(node);
      if (isWanted(node)) found.push({ node, names });
      const name = nameOf(node);
      const deeper = name === undefined ? names : [...names, name];
      node.forEachChild((child) => visit(child, deeper));
      const constant = isIdentifier(node) ? this.#constants.get(node.text) : undefined;
      if (constant) visit(constant, deeper);
    };
    visit(from, []);
    return found;
  }
}

/** The name of a member of an object literal. */
function nameOf(node: Node): string | undefined {
  if (!("name" in node)) return undefined;
  const { name } = node as { name?: Node };
  return name && (isIdentifier(name) || isStringLiteral(name)) ? name.text : undefined;
}
