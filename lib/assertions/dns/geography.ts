import type { Coordinates, LatencyTable } from './model';

/**
 * The countries of each continent, as Route 53 assigns them.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
 */
const CONTINENTS: Readonly<Record<string, string>> = {
  AF: 'AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW',
  AN: 'AQ GS TF',
  AS: 'AE AF AM AZ BD BH BN BT CC CN GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TM TR TW UZ VN YE',
  EU: 'AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK',
  NA: 'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI',
  OC: 'AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TL TO TV UM VU WF WS',
  SA: 'AR BO BR CL CO EC FK GF GY PE PY SR UY VE',
};

export const CONTINENT_CODES = Object.keys(CONTINENTS);

const COUNTRIES = new Map(
  Object.entries(CONTINENTS).flatMap(([continent, countries]) =>
    countries.split(' ').map((country) => [country, continent] as const),
  ),
);

/** The continent of a country by Route 53. Undefined for an unknown code. */
export function continentOf(country: string): string | undefined {
  return COUNTRIES.get(country);
}

const at = (latitude: number, longitude: number): Coordinates => ({ latitude, longitude });

/**
 * The city or area in the name of each Region. AWS does not publish where the data centres are. Therefore a difference
 * of less than `NOMINAL_KM` between two distances decides nothing.
 * https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
 */
export const REGIONS: Readonly<Record<string, Coordinates>> = {
  'af-south-1': at(-33.9, 18.4),
  'ap-east-1': at(22.3, 114.2),
  'ap-east-2': at(25.0, 121.6),
  'ap-northeast-1': at(35.7, 139.7),
  'ap-northeast-2': at(37.6, 127.0),
  'ap-northeast-3': at(34.7, 135.5),
  'ap-south-1': at(19.1, 72.9),
  'ap-south-2': at(17.4, 78.5),
  'ap-southeast-1': at(1.35, 103.8),
  'ap-southeast-2': at(-33.9, 151.2),
  'ap-southeast-3': at(-6.2, 106.8),
  'ap-southeast-4': at(-37.8, 145.0),
  'ap-southeast-5': at(3.1, 101.7),
  'ap-southeast-7': at(13.8, 100.5),
  'ca-central-1': at(45.5, -73.6),
  'ca-west-1': at(51.0, -114.1),
  'eu-central-1': at(50.1, 8.7),
  'eu-central-2': at(47.4, 8.5),
  'eu-north-1': at(59.3, 18.1),
  'eu-south-1': at(45.5, 9.2),
  'eu-south-2': at(41.6, -0.9),
  'eu-west-1': at(53.3, -6.3),
  'eu-west-2': at(51.5, -0.1),
  'eu-west-3': at(48.9, 2.4),
  'il-central-1': at(32.1, 34.8),
  'me-central-1': at(24.5, 54.4),
  'me-south-1': at(26.1, 50.6),
  'mx-central-1': at(20.6, -100.4),
  'sa-east-1': at(-23.5, -46.6),
  'us-east-1': at(38.9, -77.4),
  'us-east-2': at(40.0, -83.0),
  'us-west-1': at(37.4, -122.0),
  'us-west-2': at(45.8, -119.7),
};

/** The error of these coordinates, in kilometres. */
export const NOMINAL_KM = 100;

/** Great-circle distance in kilometres, on a sphere of the earth's mean radius. */
export function distance(a: Coordinates, b: Coordinates): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const dLat = radians(b.latitude - a.latitude);
  const dLon = radians(b.longitude - a.longitude);
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * Math.sin(dLon / 2) ** 2;
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * A latency table without measurements: 1 ms of round trip for each 100 km between two Regions, the speed of light in
 * glass. Real routes are longer and change, so that answers of Route 53 may differ.
 */
export function latencyByDistance(): LatencyTable {
  const table = Object.entries(REGIONS).map(([from, here]) => {
    const row = Object.entries(REGIONS).map(([to, there]) => [to, distance(here, there) / 100] as const);
    return [from, Object.fromEntries(row)] as const;
  });
  return Object.fromEntries(table);
}
