import type { Json, Templates } from '../../templates';
import type { Properties, InterfaceSpec } from './network-interfaces';
import { asBoolean, asList, asNumber, target } from './properties';

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
      const cluster = target(templates, p.DBClusterIdentifier, 'AWS::RDS::DBCluster')?.properties;
      return [
        {
          subnets: rdsSubnets(p.DBSubnetGroupName ?? cluster?.DBSubnetGroupName),
          groups: p.VPCSecurityGroups ?? cluster?.VpcSecurityGroupIds,
          // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html (PubliclyAccessible)
          publicIpv4: asBoolean(p.PubliclyAccessible) ?? 'if the VPC has an internet gateway',
          ipv6: p.NetworkType === 'DUAL',
          spread: asBoolean(p.MultiAZ) === true ? 2 : 1,
        },
      ];
    },
    'AWS::RDS::DBCluster': (p) => [
      {
        subnets: rdsSubnets(p.DBSubnetGroupName),
        groups: p.VpcSecurityGroupIds,
        publicIpv4: asBoolean(p.PubliclyAccessible) ?? false,
        ipv6: p.NetworkType === 'DUAL',
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
        ipv6: p.NetworkType === 'dual_stack',
        spread: asBoolean(p.MultiAZEnabled) === true ? 2 : 1,
      },
    ],
    'AWS::ElastiCache::CacheCluster': (p) => [
      {
        subnets: inGroup(p.CacheSubnetGroupName, 'AWS::ElastiCache::SubnetGroup'),
        groups: p.VpcSecurityGroupIds,
        publicIpv4: false,
        ipv6: p.NetworkType === 'dual_stack',
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
        spread: (asNumber(p.NumReplicasPerShard) ?? 1) + 1,
      },
    ],
  };
}
