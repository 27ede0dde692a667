import type { ISubnet } from 'aws-cdk-lib/aws-ec2';
import { InvalidValue } from './invalid-value';

/**
 * One subnet for each route table, since subnets of an imported VPC may share one. Throws `InvalidValue` with the prop's
 * name for no subnets, and for an imported subnet without a route table id, which CDK accepts until deployment.
 *
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ec2.VpcAttributes.html
 */
export function onePerRouteTable(name: string, subnets: readonly ISubnet[]): ISubnet[] {
  if (subnets.length === 0) throw new InvalidValue(name, 'none', 'at least one subnet');
  const byRouteTable = new Map<string, ISubnet>();
  for (const subnet of subnets) {
    const { routeTableId } = subnet.routeTable as { readonly routeTableId?: string };
    if (routeTableId === undefined || routeTableId === '') {
      const expected = 'subnets that are imported with their route table ids';
      throw new InvalidValue(name, `${subnet.node.path} without a route table id`, expected);
    }
    if (!byRouteTable.has(routeTableId)) byRouteTable.set(routeTableId, subnet);
  }
  return [...byRouteTable.values()];
}
