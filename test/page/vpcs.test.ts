import { UNKNOWN_ZONE } from '../../page/model/vpcs';
import { ec2, instance, ref, subnet, to, twoTiers, vpc } from '../assertions/network/templates';
import { showing, worldOf } from './support';

describe('drawing of a VPC', () => {
  const two = {
    ...twoTiers,
    ...subnet('PrivateB', 'Vpc', '10.0.2.0/24', [to('0.0.0.0/0', { NatGatewayId: ref('Nat') })], {
      AvailabilityZone: 'az-b',
    }),
    ...subnet('Store', 'Vpc', '10.0.3.0/24'),
  };
  const world = worldOf(two);
  const [drawn] = world.drawing.vpcs;

  it('has a column for each Availability Zone and a row for each kind of subnet', () => {
    expect(drawn?.zones).toEqual(['az-a', 'az-b']);
    expect(drawn?.tiers.map(({ kind, subnets }) => [kind, subnets.map(({ path }) => path)])).toEqual([
      ['public', ['T/Public']],
      ['private', ['T/Private', 'T/PrivateB']],
      ['isolated', ['T/Store']],
    ]);
  });

  it('shows what stands in a subnet, and gateways on the edge', () => {
    expect(showing(world, 'T/Nat').map(({ subnet: at }) => at)).toEqual(['T/Public']);
    expect(showing(world, 'T/Client').map(({ subnet: at }) => at)).toEqual(['T/Private']);
    expect(drawn?.edge.map(({ path }) => path)).toEqual(['T/Igw']);
    expect(world.drawing.internet?.label).toBe('Internet');
  });

  it('shows no internet where no gateway leads there', () => {
    expect(worldOf({ ...vpc('Vpc', '10.0.0.0/16') }).drawing.internet).toBeUndefined();
  });

  it('puts two subnets of one kind and zone into two rows', () => {
    const more = worldOf({ ...two, ...subnet('Cache', 'Vpc', '10.0.4.0/24') });
    const isolated = more.drawing.vpcs[0]?.tiers.filter(({ kind }) => kind === 'isolated') ?? [];
    expect(isolated.map(({ subnets }) => subnets.map(({ path }) => path))).toEqual([
      ['T/Store'],
      ['T/Cache'],
    ]);
  });

  it('says so where a subnet leaves its Availability Zone open', () => {
    const open = {
      ...vpc('Vpc', '10.0.0.0/16'),
      ...subnet('Any', 'Vpc', '10.0.0.0/24', [], { AvailabilityZone: undefined }),
    };
    expect(worldOf(JSON.parse(JSON.stringify(open)) as typeof open).drawing.vpcs[0]?.zones).toEqual([
      UNKNOWN_ZONE,
    ]);
  });

  it('shows many resources of one type in a subnet as one that stands for them all', () => {
    const many = Object.assign(
      {},
      ...Array.from({ length: 9 }, (_, i) => instance(`Server${i}`, 'Store')),
    ) as object;
    const [one, ...others] = showing(worldOf({ ...two, ...many }), 'T/Server0');
    expect(others).toEqual([]);
    expect(one?.label).toBe('9 × Instance');
    expect(one?.members).toHaveLength(9);
  });

  it('shows transit gateways and their attachments', () => {
    const attached = worldOf({
      ...two,
      Tgw: ec2('TransitGateway'),
      Attachment: ec2('TransitGatewayAttachment', {
        TransitGatewayId: ref('Tgw'),
        VpcId: ref('Vpc'),
        SubnetIds: [ref('Store'), ref('PrivateB')],
      }),
    });
    expect(attached.drawing.hub.map(({ path }) => path)).toEqual(['T/Tgw']);
    expect(showing(attached, 'T/Attachment').map(({ subnet: at }) => at)).toEqual(['T/PrivateB', 'T/Store']);
    expect(attached.drawing.attachments).toEqual([expect.objectContaining({ from: 'T/Tgw', to: 'T/Vpc' })]);
  });

  it('lists everything else', () => {
    const listed = world.drawing.rest.flatMap(({ paths }) => paths);
    const drawnPaths = world.templates.resources.filter(({ path }) => showing(world, path).length > 0);
    const frames = ['T/Vpc', 'T/Public', 'T/Private', 'T/PrivateB', 'T/Store'];
    expect([...listed, ...drawnPaths.map(({ path }) => path), ...frames].sort()).toEqual(
      world.templates.resources.map(({ path }) => path).sort(),
    );
  });
});
