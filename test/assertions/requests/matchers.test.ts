import { Requests } from '../../../lib/assertions/requests';
import '../../../lib/assertions/requests/matchers';
import { alb, fixed, host, listener, path, requestsOf, rule, sourceIp, weighted } from './template';

/** The message of an expectation that fails. */
function failure(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it passed');
}

describe('requests: toRoute', () => {
  const requests = requestsOf(
    alb({
      Api: rule([path('/api/*')]),
      Split: rule([path('/split')], { Priority: 20, Actions: [weighted({ A: 1, B: 1 })] }),
      Office: rule([sourceIp('203.0.113.0/24'), host('office.example.com')], {
        Priority: 30,
        Actions: [fixed('418')],
      }),
    }),
  );
  const ask = (url: string) => ({ to: 'App/Lb', url });
  const api = ask('http://example.com/api/x');

  it('passes for what is so, and with .not for what is certainly not so', () => {
    expect(requests).toRoute(api, { outcome: 'forward', targetGroup: 'App/A', rule: 'App/Api' });
    expect(requests).toRoute(api, { targetGroup: 'App' });
    expect(requests).not.toRoute(api, { targetGroup: 'App/B' });
    expect(requests).not.toRoute(api, { targetGroup: 'App/A', rule: 'default' });
    expect(requests).not.toRoute(api, { statusCode: 404 });
    expect(requests).not.toRoute(api, { location: 'https://example.com/' });
    expect(requests).not.toRoute(api, { certificate: 'App/Certificate' });
    expect(requests).not.toRoute(api, { target: 'App/Server' });
  });

  it('fails with the route that it found', () => {
    expect(
      failure(() => {
        expect(requests).toRoute(api, { targetGroup: 'App/B' });
      }),
    ).toMatch(/expected targetGroup App\/B[^]*100 % to App\/A[^]*App\/Api matches/);
    expect(
      failure(() => {
        expect(requests).not.toRoute(api, { targetGroup: 'App/A' });
      }),
    ).toContain('100 % to App/A');
  });

  it.each([
    [ask('http://office.example.com/'), { statusCode: 418 }],
    [ask('http://office.example.com/'), { rule: 'App/Office' }],
    [ask('http://example.com/split'), { targetGroup: 'App/A' }],
  ])('fails both ways for %j and %j: not known, or true of some requests', (question, expected) => {
    failure(() => {
      expect(requests).toRoute(question, expected);
    });
    failure(() => {
      expect(requests).not.toRoute(question, expected);
    });
  });

  it('says what it was given instead of requests', () => {
    expect(
      failure(() => {
        expect('x').toRoute(api, {});
      }),
    ).toBe('expected Requests.of(templates), got string');
  });
});

describe('requests: toServe', () => {
  it('fails in both directions where that is not known', () => {
    const unknown = requestsOf(alb({ Http: listener('HTTP', 80) }));
    expect(unknown).toBeInstanceOf(Requests);
    const question = { from: 'internet', to: 'App/Lb', url: 'http://example.com/' };
    expect(
      failure(() => {
        expect(unknown).toServe(question);
      }),
    ).toContain('App/Lb: its subnets are not known');
    expect(
      failure(() => {
        expect(unknown).not.toServe(question);
      }),
    ).toContain('is unknown');
    failure(() => {
      expect(unknown).toServeWithoutAnyAz(question);
    });
    failure(() => {
      expect(unknown).not.toServeWithoutAnyAz(question);
    });
  });
});
