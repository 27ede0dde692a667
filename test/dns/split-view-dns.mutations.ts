import { mutationsBelow, type Mutation, type TemplateEditor } from '../support/mutation';

const STACK = 'SplitViewDns';
const OUTSIDE = `${STACK}/Dns/Public/Zone`;
const INSIDE = `${STACK}/Dns/Private`;
const TEAM_OUTSIDE = `${STACK}/Team/Public/Zone`;
const TEAM_INSIDE = `${STACK}/Team/Private`;
const VPC = 'MultiAzVpc/Network/Vpc';

const { removed, changed } = mutationsBelow();
const swapped = (name: string, one: string, other: string, property: string): Mutation => ({
  name,
  apply: (template) => {
    const [a, b] = [template.properties(one), template.properties(other)];
    [a[property], b[property]] = [b[property], a[property]];
  },
});
const nameServersOf = (template: TemplateEditor, path: string) => ({
  'Fn::GetAtt': [template.ref(path).Ref, 'NameServers'],
});

export const mutations: readonly Mutation[] = [
  changed('the private zone belongs to no VPC, which makes it public', INSIDE, { VPCs: undefined }),
  changed('the private zone belongs to another VPC', INSIDE, {
    VPCs: [{ VPCId: 'vpc-0123456789abcdef0', VPCRegion: { Ref: 'AWS::Region' } }],
  }),
  changed('the private zone has another name', INSIDE, { Name: 'spilt.sandbox.test.' }),
  changed('the public zone is private too', OUTSIDE, (template) => ({
    VPCs: template.properties(INSIDE).VPCs,
  })),
  changed('the VPC has no DNS hostnames', VPC, { EnableDnsHostnames: false }),
  changed('the VPC has no DNS support', VPC, { EnableDnsSupport: false }),
  swapped('app: the addresses are swapped', `${STACK}/App/Inside`, `${STACK}/App/Outside`, 'ResourceRecords'),
  swapped('app: the zones are swapped', `${STACK}/App/Inside`, `${STACK}/App/Outside`, 'HostedZoneId'),
  swapped('api.team: the zones are swapped', `${STACK}/Api/Inside`, `${STACK}/Api/Outside`, 'HostedZoneId'),
  removed('www is not repeated inside', `${STACK}/Www/Inside`),
  removed('www exists inside only', `${STACK}/Www/Outside`),
  changed('www has another address inside', `${STACK}/Www/Inside`, {
    ResourceRecords: ['10.0.0.20'],
  }),
  changed('the database is known to the internet', `${STACK}/Database/Inside`, (template) => ({
    HostedZoneId: template.ref(OUTSIDE),
  })),
  changed('shop is known inside', `${STACK}/Shop/Outside`, (template) => ({
    HostedZoneId: template.ref(INSIDE),
  })),
  removed('the subdomain is not delegated to', `${STACK}/Team/Public/Delegation`),
  changed('the delegation has no name servers of the zone', `${STACK}/Team/Public/Delegation`, {
    ResourceRecords: ['ns-1.example.net.'],
  }),
  changed('the delegation names the name servers above', `${STACK}/Team/Public/Delegation`, (template) => ({
    ResourceRecords: nameServersOf(template, OUTSIDE),
  })),
  changed('the delegation stands in the private zone', `${STACK}/Team/Public/Delegation`, (template) => ({
    HostedZoneId: template.ref(INSIDE),
  })),
  changed('the delegation stands in the zone itself', `${STACK}/Team/Public/Delegation`, (template) => ({
    HostedZoneId: template.ref(TEAM_OUTSIDE),
  })),
  changed('the delegation outlives the sandbox by two days', `${STACK}/Team/Public/Delegation`, {
    TTL: '172800',
  }),
  removed('the subdomain has no private zone', TEAM_INSIDE),
  changed("the subdomain's private zone belongs to no VPC", TEAM_INSIDE, { VPCs: undefined }),
  changed('app is remembered for a day', `${STACK}/App/Outside`, { TTL: '86400' }),
];
