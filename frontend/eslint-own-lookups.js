/**
 * Refuses `object[name]` and `name in object` if the object may have any key and the name may be any text: every object
 * inherits `constructor`, `toString` and others, which would be found instead of a field with that name. `getOwn` of
 * lib/json.ts reads only own properties.
 */
import ts from "typescript";

const MESSAGE = "This may find an inherited property (constructor, toString): use getOwn(object, name), Object.hasOwn or a Map.";

export const ownLookups = {
  meta: { type: "problem", schema: [], messages: { inherited: MESSAGE } },
  create(context) {
    const { program, esTreeNodeToTSNodeMap } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();
    const typeOf = (node) => checker.getTypeAtLocation(esTreeNodeToTSNodeMap.get(node));
    const check = (node, object, name) => {
      const parts = typeOf(object).isUnion() ? typeOf(object).types : [typeOf(object)];
      const open = parts.some((part) => part.getStringIndexType() !== undefined);
      const names = typeOf(name).isUnion() ? typeOf(name).types : [typeOf(name)];
      if (open && names.some((one) => one.flags & ts.TypeFlags.String)) context.report({ node, messageId: "inherited" });
    };
    return {
      MemberExpression: (node) => node.computed && check(node, node.object, node.property),
      BinaryExpression: (node) => node.operator === "in" && check(node, node.right, node.left),
    };
  },
};
