/** Settings that a connection string can give, by their names in a connection profile. */
export interface ConnectionStringSettings {
  server?: string;
  database?: string;
  user?: string;
  authentication?: 'windows' | 'sql' | 'entra';
  entra?: 'default' | 'servicePrincipal' | 'deviceCode';
  encrypt?: boolean;
  trustServerCertificate?: boolean;
  readOnlyIntent?: boolean;
  multiSubnetFailover?: boolean;
  applicationName?: string;
  odbcDriver?: string;
  connectTimeoutSeconds?: number;
  hostNameInCertificate?: string;
  clientId?: string;
}

export type ConnectionStringResult =
  | { readonly ok: true; readonly settings: ConnectionStringSettings; readonly password: string | null }
  /** Continues "the connection string ..."; names keys, never values. */
  | { readonly ok: false; readonly problem: string };

type Apply = (settings: ConnectionStringSettings, value: string) => string | undefined;

function yesOrNo(key: string, set: (settings: ConnectionStringSettings, on: boolean) => void): Apply {
  return (settings, value) => {
    if (/^(yes|true|1|sspi|mandatory|strict)$/i.test(value)) set(settings, true);
    else if (/^(no|false|0|optional)$/i.test(value)) set(settings, false);
    else return `must have yes or no for “${key}”.`;
    return undefined;
  };
}

const text =
  (key: 'server' | 'database' | 'user' | 'applicationName' | 'odbcDriver' | 'hostNameInCertificate'): Apply =>
  (settings, value) => {
    settings[key] = value;
    return undefined;
  };

/** Values of `Authentication` in Microsoft's drivers, without spaces and in lower case. */
const authentications: Readonly<Record<string, Pick<ConnectionStringSettings, 'authentication' | 'entra'>>> = {
  sqlpassword: { authentication: 'sql' },
  activedirectoryintegrated: { authentication: 'entra', entra: 'default' },
  activedirectorydefault: { authentication: 'entra', entra: 'default' },
  activedirectoryinteractive: { authentication: 'entra', entra: 'deviceCode' },
  activedirectorydevicecodeflow: { authentication: 'entra', entra: 'deviceCode' },
  activedirectoryserviceprincipal: { authentication: 'entra', entra: 'servicePrincipal' },
  activedirectorymsi: { authentication: 'entra', entra: 'default' },
  activedirectorymanagedidentity: { authentication: 'entra', entra: 'default' },
};

const trusted = yesOrNo('Trusted_Connection', (settings, on) => {
  settings.authentication = on ? 'windows' : 'sql';
});
const server = text('server');
const database = text('database');
const user = text('user');
const application = text('applicationName');
const connectTimeout: Apply = (settings, value) => {
  const seconds = Number(value);
  if (!Number.isInteger(seconds) || seconds < 0) return 'must have whole seconds for the connection timeout.';
  // 0 means "wait for ever" there; we always stop some time.
  settings.connectTimeoutSeconds = seconds === 0 ? 600 : Math.min(seconds, 600);
  return undefined;
};

/** Keys of ODBC, OLE DB and ADO.NET connection strings, without spaces and underscores, in lower case. */
const keys: Readonly<Record<string, Apply>> = {
  server,
  datasource: server,
  address: server,
  addr: server,
  networkaddress: server,
  database,
  initialcatalog: database,
  uid: user,
  user,
  userid: user,
  username: user,
  trustedconnection: trusted,
  integratedsecurity: trusted,
  driver: text('odbcDriver'),
  app: application,
  applicationname: application,
  hostnameincertificate: text('hostNameInCertificate'),
  encrypt: yesOrNo('Encrypt', (settings, on) => {
    settings.encrypt = on;
  }),
  trustservercertificate: yesOrNo('TrustServerCertificate', (settings, on) => {
    settings.trustServerCertificate = on;
  }),
  multisubnetfailover: yesOrNo('MultiSubnetFailover', (settings, on) => {
    settings.multiSubnetFailover = on;
  }),
  applicationintent: (settings, value) => {
    settings.readOnlyIntent = /^readonly$/i.test(value);
    return undefined;
  },
  connecttimeout: connectTimeout,
  connectiontimeout: connectTimeout,
  logintimeout: connectTimeout,
  timeout: connectTimeout,
  authentication: (settings, value) => {
    const known = authentications[value.toLowerCase().replaceAll(/[\s_-]/g, '')];
    if (known === undefined) return 'asks for an authentication that is not supported.';
    Object.assign(settings, known);
    return undefined;
  },
};

/** Keys that change nothing here and are passed over without complaint. */
const ignored = new Set([
  'persistsecurityinfo',
  'pooling',
  'maxpoolsize',
  'minpoolsize',
  'multipleactiveresultsets',
  'marsconnection',
  'provider',
  'dsn',
  'description',
  'workstationid',
  'wsid',
  'language',
  'autotranslate',
  'columnencryption',
  'columnencryptionsetting',
  'network',
  'networklibrary',
  'connectretrycount',
  'connectretryinterval',
  'packetsize',
  'commandtimeout',
  'quotedid',
  'ansinpw',
]);

/** Cuts a connection string into pairs; values may stand in braces, single or double quotes. */
function pairsOf(connectionString: string): [string, string][] | undefined {
  const pair = /\s*([^=;]+?)\s*=\s*(?:\{((?:[^}]|\}\})*)\}|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|([^;]*?))\s*(?:;|$)/y;
  const pairs: [string, string][] = [];
  const rest = connectionString.trim();
  let at = 0;
  while (at < rest.length) {
    if (/[\s;]/.test(rest.charAt(at))) {
      at++;
      continue;
    }
    pair.lastIndex = at;
    const match = pair.exec(rest);
    if (match === null) return undefined;
    const [, key = '', braced, double, single, bare] = match;
    const value =
      braced?.replaceAll('}}', '}') ?? double?.replaceAll('""', '"') ?? single?.replaceAll("''", "'") ?? bare ?? '';
    pairs.push([key, value]);
    at = pair.lastIndex;
  }
  return pairs;
}

/**
 * Reads a connection string of ODBC (`Driver={ODBC Driver 17 for SQL Server};Server=...;Trusted_Connection=yes;`), OLE DB
 * or ADO.NET. The password is handed out apart and appears in no message.
 */
export function readConnectionString(connectionString: string): ConnectionStringResult {
  const pairs = pairsOf(connectionString);
  if (pairs === undefined)
    return { ok: false, problem: 'is not made of key=value pairs with semicolons between them.' };
  const settings: ConnectionStringSettings = {};
  let password: string | null = null;
  for (const [key, value] of pairs) {
    const plain = key.toLowerCase().replaceAll(/[\s_-]/g, '');
    if (plain === 'pwd' || plain === 'password') password = value === '' ? null : value;
    else if (!ignored.has(plain)) {
      const apply = keys[plain];
      // A key is shown only when it looks like one: an unquoted password with a semicolon spills into the next key.
      if (apply === undefined) {
        const shown = /^[a-z][a-z _]{1,30}$/i.test(key) && password === null ? `“${key}”, ` : 'a key ';
        return { ok: false, problem: `has ${shown}which is not known. Remove it or check the spelling.` };
      }
      const problem = apply(settings, value);
      if (problem !== undefined) return { ok: false, problem };
    }
  }
  if (settings.entra === 'servicePrincipal' && settings.user !== undefined) settings.clientId = settings.user;
  if (settings.authentication === undefined && settings.user !== undefined) settings.authentication = 'sql';
  if (settings.authentication === 'windows' || settings.authentication === 'entra') delete settings.user;
  return { ok: true, settings, password };
}
