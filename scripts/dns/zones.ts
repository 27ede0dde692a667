import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Dns, latencyByDistance } from '../../lib/assertions/dns';
import { Templates } from '../../lib/assertions/templates';

/** The zones of a synthesized app: of a folder, else of `cdk.out`, which is made when there is none. */
export function loadDns(folder?: string): Dns {
  if (folder === undefined && !existsSync('cdk.out') && existsSync('cdk.json')) {
    console.error('There is no cdk.out: npx cdk synth');
    execSync('npx cdk synth --quiet', { stdio: ['ignore', 'inherit', 'inherit'] });
  }
  return Dns.of(Templates.fromDirectory(folder ?? 'cdk.out'), {
    latency: latencyByDistance(),
    // Stacks that were given no zone may make one each, of one name, in whichever app is asked.
    sameName: 'together',
  });
}
