import { CfnResource, type Stack } from 'aws-cdk-lib';

/*
 * A README's Mermaid flowchart, read as a claim about a stack. By convention each line declares one node, opens one
 * subgraph or draws one arrow, and an id is a construct path below the stack, with `_` for `/`. The class `outside`
 * marks a node that is not part of the stack. A subgraph whose id is no construct (an AZ, say) only groups.
 *
 * What would crowd the picture stands below it in a list, which starts with the line "Also in the stack:". Each item
 * names one or more construct paths, in backquotes, then a colon and what they are for. A path stands for everything
 * below it, in the list as in the diagram.
 */
const NODE = /^(\w+)[[({].*[\])}](:::outside)?$/;
const SUBGRAPH = /^subgraph (\w+)/;
const ARROW = /^(\w+) +<?[-.=]+>? *(?:\|[^|]*\| *)?(\w+)$/;
const LIST = /^Also in the stack:\n\n((?:(?:- | {2}).*\n)+)/m;
const ITEM = /^((?:`[\w/.:-]+`(?:,\s+)?)+): ./;
const OTHER = /^(flowchart .*|end|classDef .*|%%.*|)$/;

/** What joins or configures other things; in a diagram these are the arrows and the labels. */
const PLUMBING = [
  'AWS::CDK::Metadata',
  'AWS::EC2::NetworkAclEntry',
  'AWS::EC2::Route',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SubnetNetworkAclAssociation',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::TransitGatewayRoute',
  'AWS::EC2::TransitGatewayRouteTableAssociation',
  'AWS::EC2::TransitGatewayRouteTablePropagation',
  'AWS::EC2::VPCCidrBlock',
  'AWS::EC2::VPCGatewayAttachment',
];

/** What the diagram or the list below it shows and the stack lacks, and the other way round; one sentence each. */
export function diagramFaults(readme: string, stack: Stack): string[] {
  const block = /^```mermaid\n([\s\S]*?)^```$/m.exec(readme)?.[1];
  if (block === undefined) return ['the README has no Mermaid diagram'];

  const faults: string[] = [];
  const nodes: string[] = [];
  const subgraphs: string[] = [];
  const outside: string[] = [];
  const arrows: string[] = [];
  for (const line of block.split('\n').map((text) => text.trim())) {
    const [node, subgraph, arrow] = [NODE.exec(line), SUBGRAPH.exec(line), ARROW.exec(line)];
    if (subgraph?.[1]) subgraphs.push(subgraph[1]);
    else if (arrow?.[1] && arrow[2]) arrows.push(arrow[1], arrow[2]);
    else if (node?.[1]) (node[2] ? outside : nodes).push(node[1]);
    else if (!OTHER.test(line))
      faults.push(`the diagram has a line that is no node, subgraph or arrow: ${line}`);
  }

  const listed: string[] = [];
  for (const item of LIST.exec(readme)?.[1]?.split(/^- /m).slice(1) ?? []) {
    const paths = ITEM.exec(item)?.[1];
    if (paths === undefined)
      faults.push(`the list has an item that does not start with \`a/path\`: ${item.trim()}`);
    else listed.push(...[...paths.matchAll(/`[^`]+`/g)].map(([code]) => code.slice(1, -1)));
  }

  const constructs = stack.node.findAll();
  const below = (path: string) => path.slice(stack.node.path.length + 1);
  const existing = new Set(constructs.map(({ node }) => below(node.path)));
  const drawn = new Set([...nodes, ...subgraphs, ...outside]);
  const pathOf = (id: string) => id.replaceAll('_', '/');
  const isAtOrBelow = (path: string, other: string) => path === other || path.startsWith(`${other}/`);
  const isDrawn = (path: string) => nodes.some((node) => isAtOrBelow(path, pathOf(node)));
  const isShown = (path: string) =>
    isDrawn(path) ||
    listed.some((other) => isAtOrBelow(path, other)) ||
    // A subgraph stands for its own resource, not for everything in it.
    subgraphs.map(pathOf).some((subgraph) => path === `${subgraph}/Resource`) ||
    // Singletons that CDK adds to a stack to serve its own custom resources; the second one is that of AwsCustomResource.
    /^(Custom::|AWS679f53)/.test(path);

  for (const path of nodes.map(pathOf)) {
    if (!existing.has(path)) faults.push(`the diagram shows ${path}, which the stack does not have`);
  }
  for (const path of listed) {
    if (!existing.has(path)) faults.push(`the list names ${path}, which the stack does not have`);
    const both = isDrawn(path) || [...nodes, ...subgraphs].some((id) => isAtOrBelow(pathOf(id), path));
    if (both) faults.push(`the list names ${path}, which is in the diagram too`);
  }
  for (const id of arrows) {
    if (!drawn.has(id)) faults.push(`the diagram has an arrow to or from ${id}, which it does not show`);
  }
  for (const construct of constructs) {
    if (!CfnResource.isCfnResource(construct) || PLUMBING.includes(construct.cfnResourceType)) continue;
    const path = below(construct.node.path);
    if (!isShown(path)) faults.push(`the stack has ${path}, which neither the diagram nor the list shows`);
  }
  return faults;
}
