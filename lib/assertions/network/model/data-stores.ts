import type { Json, Templates } from '../../templates';
import type { Properties, InterfaceSpec } from './network-interfaces';
import {
  asBoolean,
  asFlag,
  asList,
  asNumber,
  isOneOf,
  target,
  Undecided,
  type Trilean,
} from '../../templates/properties';

/** Databases, caches and proxies, whose subnets are mostly those of a subnet group. */
export function dataStores(
  templates: Templates,
): Readonly<Record<string, (properties: Properties) => InterfaceSpec[]>> {
  const inGroup = (name: Json | undefined, type: string): Json => {
    const group = target(templates, name, type);
    return group ? [...asList(group.properties.SubnetIds)] : [name ?? 'default'];
  };
  const rdsSubnets = (name: Json | undefined) => inGroup(name, 'AWS::RDS::DBSubnetGroup');
  return {
    'AWS::RDS::DBInstance': (p) => {
      const flag = asBoolean(p.PubliclyAccessible);
      const isPublic = flag instanceof Undecided ? 'doubt' : (flag ?? 'if the VPC has an internet gateway');
      const cluster = target(templates, p.DBClusterIdentifier, 'AWS::RDS::DBCluster')?.properties;
      return [
        {
          subnets: rdsSubnets(p.DBSubnetGroupName ?? cluster?.DBSubnetGroupName),
          groups: p.VPCSecurityGroups ?? cluster?.VpcSecurityGroupIds,
          // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PubliclyAccessible)
          publicIpv4: isPublic,
          ipv6: isDual(p.NetworkType),
          // Internet gateways drop the IPv6 traffic of a DB instance that is not public.
          // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
          ipv6Internal: isPublic === false ? true : isPublic === true ? false : 'doubt',
          spread: asFlag(p.MultiAZ, false) === true ? 2 : 1,
        },
      ];
    },
    'AWS::RDS::DBCluster': (p) => [
      {
        subnets: rdsSubnets(p.DBSubnetGroupName),
        groups: p.VpcSecurityGroupIds,
        publicIpv4: asFlag(p.PubliclyAccessible, false),
        ipv6: isDual(p.NetworkType),
        ipv6Internal: inverse(asFlag(p.PubliclyAccessible, false)),
        // A Multi-AZ DB cluster has a writer and two readers in three zones; Aurora's instances say their own.
        spread: p.DBClusterInstanceClass === undefined ? 1 : 3,
      },
    ],
    'AWS::RDS::DBProxy': (p) => [
      { subnets: p.VpcSubnetIds, groups: p.VpcSecurityGroupIds, publicIpv4: false, ipv6: false },
    ],
    'AWS::ElastiCache::ReplicationGroup': (p) => [
      {
        subnets: inGroup(p.CacheSubnetGroupName, 'AWS::ElastiCache::SubnetGroup'),
        groups: p.SecurityGroupIds,
        publicIpv4: false,
        ipv6: isOneOf(p.NetworkType, ['dual_stack', 'ipv6'], false),
        spread: asFlag(p.MultiAZEnabled, false) === true ? 2 : 1,
      },
    ],
    'AWS::ElastiCache::CacheCluster': (p) => [
      {
        subnets: inGroup(p.CacheSubnetGroupName, 'AWS::ElastiCache::SubnetGroup'),
        groups: p.VpcSecurityGroupIds,
        publicIpv4: false,
        ipv6: isOneOf(p.NetworkType, ['dual_stack', 'ipv6'], false),
        spread: p.AZMode === 'cross-az' ? 2 : 1,
      },
    ],
    'AWS::ElastiCache::ServerlessCache': (p) => [
      { subnets: p.SubnetIds, groups: p.SecurityGroupIds, publicIpv4: false, ipv6: false },
    ],
    'AWS::MemoryDB::Cluster': (p) => [
      {
        subnets: inGroup(p.SubnetGroupName, 'AWS::MemoryDB::SubnetGroup'),
        groups: p.SecurityGroupIds,
        publicIpv4: false,
        ipv6: false,
        // One replica by default: https://docs.aws.amazon.com/memorydb/latest/devguide/autofailover.html
        spread: replicas(p.NumReplicasPerShard) + 1,
      },
    ],
  };
}

const isDual = (type: Json | undefined): Trilean => isOneOf(type, ['DUAL'], false);

const inverse = (flag: Trilean): Trilean => (flag === 'doubt' ? 'doubt' : !flag);

/** At least none, where the number is not known. */
function replicas(value: Json | undefined): number {
  const number = asNumber(value) ?? 1;
  return number instanceof Undecided ? 0 : number;
}
