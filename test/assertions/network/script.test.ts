import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from '../../support/script';

describe('network: the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reach-'));
  const template = join(folder, 'Web.json');
  const command = (...words: readonly string[]) => runScript('reach', ['--template', template, ...words]);

  beforeAll(() => {
    const ref = (Ref: string) => ({ Ref });
    const resource = (Type: string, Properties: object) => ({ Type: `AWS::EC2::${Type}`, Properties });
    const rule = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' };
    const Resources = {
      Vpc: resource('VPC', { CidrBlock: '10.0.0.0/16' }),
      Gateway: resource('InternetGateway', {}),
      Attachment: resource('VPCGatewayAttachment', { VpcId: ref('Vpc'), InternetGatewayId: ref('Gateway') }),
      Subnet: resource('Subnet', {
        VpcId: ref('Vpc'),
        CidrBlock: '10.0.0.0/24',
        AvailabilityZone: 'eu-west-1a',
        MapPublicIpOnLaunch: true,
      }),
      Table: resource('RouteTable', { VpcId: ref('Vpc') }),
      Route: resource('Route', {
        RouteTableId: ref('Table'),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: ref('Gateway'),
      }),
      Association: resource('SubnetRouteTableAssociation', {
        RouteTableId: ref('Table'),
        SubnetId: ref('Subnet'),
      }),
      Group: resource('SecurityGroup', { VpcId: ref('Vpc'), SecurityGroupIngress: [rule] }),
      Server: resource('Instance', { SubnetId: ref('Subnet'), SecurityGroupIds: [ref('Group')] }),
    };
    writeFileSync(template, JSON.stringify({ Resources }));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints the path and exits with 0', () => {
    const { status, stdout } = command(
      '--source',
      'internet',
      '--destination',
      'Web/Server',
      '--port',
      '443',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/internet to Web\/Server on tcp 443 is reachable\n[^]*Web\/Gateway[^]*Web\/Group/);
  });

  it('prints the explanation and exits with 1', () => {
    const { status, stdout } = command('--source', 'internet', '--destination', 'Web/Server', '--port', '22');
    expect(status).toBe(1);
    expect(stdout).toMatch(/is not reachable\n.*security group Web\/Group: no inbound rule allows tcp 22/);
  });

  it('answers bad input with one line that names similar paths; exits with 3', () => {
    const { status, stderr } = command('--source', 'internet', '--destination', 'Web/Sever', '--port', '443');
    expect(status).toBe(3);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining('Web/Server')]);
  });

  it('lists the places and the zones', () => {
    expect(command('--list').stdout).toBe('Web/Server\nAvailability Zones: eu-west-1a\n');
    expect(JSON.parse(command('--list', '--json').stdout)).toEqual({
      places: ['Web/Server'],
      availabilityZones: ['eu-west-1a'],
    });
  });

  it('prints every pair that is reachable', () => {
    expect(command('--matrix').stdout).toBe('internet -> Web/Server: tcp 443 only\n');
  });

  it('writes the answer as JSON', () => {
    const { stdout } = command(
      '--source',
      'internet',
      '--destination',
      'Web/Server',
      '--port',
      '22',
      '--json',
    );
    expect(JSON.parse(stdout)).toMatchObject({
      answer: 'not reachable',
      explanation: [{ component: 'security group Web/Group' }],
    });
  });

  it('reads a template in YAML, with a parameter', () => {
    const file = join(folder, 'Empty.yaml');
    writeFileSync(
      file,
      'Parameters: {Port: {Type: Number}}\nResources: {V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}}\n',
    );
    const { status, stderr } = command('--template', file, '--parameter', 'Port=1', '--list');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each([
    [['--list', '--source', 'internet'], '--list and --matrix stand alone'],
    [['--source', 'internet'], 'expected --source and --destination, --list or --matrix'],
    [
      ['--source', 'internet', '--destination', 'Web/Server', '--port', 'https'],
      '--port https: expected a whole number',
    ],
  ])('refuses %j with one line', (words, message) => {
    const { status, stderr } = command(...words);
    expect(status).toBe(3);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(message)]);
  });
});
