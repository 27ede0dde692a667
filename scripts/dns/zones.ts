import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Dns, latencyByDistance } from '../../lib/assertions/dns';
import { loadTemplates, type LoadValues } from '../load/load-templates';

/** The zones of a synthesized app or of templates; of `cdk.out`, which is made when there is none, by default. */
export function loadDns(load: LoadValues = {}): Dns {
  const isGiven = load.app !== undefined || load.template !== undefined;
  if (!isGiven && !existsSync('cdk.out') && existsSync('cdk.json')) {
    console.error('There is no cdk.out: npx cdk synth');
    execSync('npx cdk synth --quiet', { stdio: ['ignore', 'inherit', 'inherit'] });
  }
  return Dns.of(loadTemplates(load), {
    latency: latencyByDistance(),
    // Stacks that were given no zone may make one each, of one name, in whichever app is asked.
    sameName: 'together',
  });
}
