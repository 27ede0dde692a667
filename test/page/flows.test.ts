import { Atlas } from '../../page/behaviour/atlas';
import { askAll, flowsOf, worthWatching, type FlowState } from '../../page/behaviour/flows';
import { NO_FAULTS, type Faults, type World } from '../../page/behaviour/world';
import {
  att,
  ec2,
  instance,
  ref,
  subnet,
  tcp,
  to,
  toInternet,
  twoTiers,
} from '../assertions/network/templates';
import { worldOf } from './support';

/** Two zones: each private subnet routes to the NAT gateway of its zone, or both to the first. */
const zones = (nat: 'per AZ' | 'single') =>
  worldOf({
    ...twoTiers,
    ...subnet('PublicB', 'Vpc', '10.0.10.0/24', [toInternet], { AvailabilityZone: 'az-b' }),
    EipB: ec2('EIP', { Domain: 'vpc' }),
    NatB: ec2('NatGateway', { SubnetId: ref('PublicB'), AllocationId: att('EipB', 'AllocationId') }),
    ...subnet(
      'PrivateB',
      'Vpc',
      '10.0.11.0/24',
      [to('0.0.0.0/0', { NatGatewayId: ref(nat === 'single' ? 'Nat' : 'NatB') })],
      { AvailabilityZone: 'az-b' },
    ),
    ...instance('ClientB', 'PrivateB', { inbound: [tcp(22, { SourceSecurityGroupId: ref('ServerGroup') })] }),
  });

function watched(world: World, faults: Faults = NO_FAULTS): FlowState[] {
  const atlas = new Atlas(world);
  const flows = askAll(world, atlas, NO_FAULTS, flowsOf(world)).filter(worthWatching);
  return askAll(
    world,
    atlas,
    faults,
    flows.map(({ flow }) => flow),
  );
}

const find = (states: readonly FlowState[], group: string) => states.find(({ flow }) => flow.group === group);
const failing = (zone: string): Faults => ({ zones: new Set([zone]), paths: new Set() });
const broken = (...paths: string[]): Faults => ({ zones: new Set(), paths: new Set(paths) });

describe('watched paths', () => {
  const [perAz, single] = [zones('per AZ'), zones('single')];

  it('go out to the internet, come in from it, and connect resources', () => {
    expect(watched(perAz).map(({ flow, status }) => [flow.group, status])).toEqual([
      ['Server to internet, tcp 443', 'reachable'],
      ['Client to internet, tcp 443', 'reachable'],
      ['ClientB to internet, tcp 443', 'reachable'],
      ['internet to Server, tcp 443', 'reachable'],
      ['Client to Server, tcp 443', 'reachable'],
      ['ClientB to Server, tcp 443', 'reachable'],
      ['Server to ClientB, tcp 22', 'reachable'],
    ]);
  });

  it('pass the elements of the drawing in order', () => {
    expect(find(watched(perAz), 'Client to internet, tcp 443')?.steps).toEqual([
      'T/Client in T/Private',
      'T/Nat in T/Public',
      'T/Igw',
      'internet',
    ]);
    expect(find(watched(perAz), 'internet to Server, tcp 443')?.steps).toEqual([
      'internet',
      'T/Igw',
      'T/Server in T/Public',
    ]);
  });

  it('survive the loss of a zone with a NAT gateway in each, and die with one for all', () => {
    const group = 'ClientB to internet, tcp 443';
    expect(find(watched(perAz, failing('az-a')), group)?.status).toBe('reachable');
    const dead = find(watched(single, failing('az-a')), group);
    expect(dead?.status).toBe('not reachable');
    expect(dead?.reasons[0]?.component).toBe('T/PrivateBTable');
    expect(dead?.reasons[0]?.reason).toContain('T/Nat, which is gone (blackhole)');
  });

  it('are gone where the source or the destination fails itself', () => {
    const states = watched(perAz, failing('az-a'));
    expect(find(states, 'Client to internet, tcp 443')?.status).toBe('gone');
    expect(find(states, 'ClientB to Server, tcp 443')?.status).toBe('gone');
    expect(find(watched(perAz, broken('T/Server')), 'internet to Server, tcp 443')?.status).toBe('gone');
  });

  it('die with a gateway, and name what is to blame', () => {
    const dead = find(watched(perAz, broken('T/Igw')), 'internet to Server, tcp 443');
    expect(dead?.status).toBe('not reachable');
    expect(new Atlas(perAz).idsFor(dead?.reasons[0]?.component ?? '')).toEqual(['T/Public']);
  });

  it('enter a transit gateway by the attachment of their zone', () => {
    const attach = (id: string, vpcId: string, ...subnets: string[]) => ({
      [id]: ec2('TransitGatewayAttachment', {
        TransitGatewayId: ref('Tgw'),
        VpcId: ref(vpcId),
        SubnetIds: subnets.map(ref),
      }),
    });
    const other = (id: string, cidr: string, zone: string) =>
      subnet(id, 'Other', cidr, [to('10.0.0.0/16', { TransitGatewayId: ref('Tgw') })], {
        AvailabilityZone: zone,
      });
    const world = worldOf({
      ...twoTiers,
      ...subnet('Apps', 'Vpc', '10.0.20.0/24', [to('10.9.0.0/16', { TransitGatewayId: ref('Tgw') })]),
      ...instance('App', 'Apps'),
      Tgw: ec2('TransitGateway'),
      Other: ec2('VPC', { CidrBlock: '10.9.0.0/16' }),
      ...other('OtherA', '10.9.0.0/24', 'az-a'),
      ...other('OtherB', '10.9.1.0/24', 'az-b'),
      ...instance('Db', 'OtherA', { inbound: [tcp(5432, '10.0.20.0/24')] }),
      ...attach('Here', 'Vpc', 'Apps'),
      ...attach('There', 'Other', 'OtherB', 'OtherA'),
    });
    expect(find(watched(world), 'App to Db, tcp 5432')?.steps).toEqual([
      'T/App in T/Apps',
      'T/Here in T/Apps',
      'T/Tgw',
      'T/There in T/OtherA',
      'T/Db in T/OtherA',
    ]);
  });
});
