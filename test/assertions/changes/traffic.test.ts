import { compareTraffic, trafficTexts } from '../../../lib/assertions/changes/traffic';
import type { Answer } from '../../../lib/assertions/network';

const all = { from: 0, to: 65535 };
const at = (protocol: number, from: number, to = from, answer: Answer = 'reachable') => ({
  protocol,
  from,
  to,
  answer,
});
const changed = (protocol: number, from: number, to = from) => ({
  protocol,
  from,
  to,
  before: 'not reachable' as const,
  after: 'reachable' as const,
});
const every = [1, 6, 17, 255].map((protocol) => changed(protocol, all.from, all.to));

describe('changes: traffic', () => {
  it.each([
    [['all traffic'], every],
    [['tcp on all ports', 'udp on all ports', 'ping'], every.slice(0, 3)],
    [
      ['tcp 22, 80-90', 'udp 53'],
      [changed(17, 53), changed(6, 22), changed(6, 80, 90)],
    ],
    [
      ['tcp 22', 'ping', 'protocol 47', 'protocol 50', 'other protocols'],
      [
        changed(255, 0, 65535),
        changed(50, 0, 65535),
        changed(47, 0, 65535),
        changed(1, 0, 65535),
        changed(6, 22),
      ],
    ],
  ])('is %j', (texts, changes) => {
    expect(trafficTexts(changes)).toEqual(texts);
  });

  it('has one entry for each range of ports of one pair of answers', () => {
    const none = at(255, all.from, all.to, 'not reachable');
    expect(compareTraffic([at(6, 20, 29), none], [at(6, 25, 39), none])).toEqual([
      { protocol: 6, from: 0, to: 19, before: 'not reachable', after: 'not reachable' },
      { protocol: 6, from: 20, to: 24, before: 'reachable', after: 'not reachable' },
      { protocol: 6, from: 25, to: 29, before: 'reachable', after: 'reachable' },
      { protocol: 6, from: 30, to: 39, before: 'not reachable', after: 'reachable' },
      { protocol: 6, from: 40, to: 65535, before: 'not reachable', after: 'not reachable' },
      { protocol: 255, ...all, before: 'not reachable', after: 'not reachable' },
    ]);
    expect(compareTraffic([at(17, 1, 2), at(17, 3, 4)], [at(17, 1, 4)]).slice(1, 2)).toEqual([
      { protocol: 17, from: 1, to: 4, before: 'reachable', after: 'reachable' },
    ]);
  });
});
