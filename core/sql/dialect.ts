/** SQL dialects that a connection speaks. The shipped extract pack runs on all of them unchanged. */
export type SqlDialect = 'sqlite' | 'tsql' | 'postgres';

/**
 * What a text is written in. `portable` is the subset that all three databases run, as the shipped extract pack
 * uses it; it is read with T-SQL's lexical rules.
 */
export type SqlFlavour = SqlDialect | 'portable';

const flavours: Readonly<Record<string, SqlFlavour>> = {
  tsql: 'tsql',
  'sql server': 'tsql',
  sqlserver: 'tsql',
  mssql: 'tsql',
  postgres: 'postgres',
  postgresql: 'postgres',
  sqlite: 'sqlite',
  portable: 'portable',
};

/** The flavour that people mean by a name such as `T-SQL` or `PostgreSQL`; undefined when the name is not known. */
export function flavourNamed(name: string): SqlFlavour | undefined {
  return flavours[name.trim().toLowerCase().replaceAll('-', '')];
}

/** The dialect whose lexical rules a flavour follows. */
export function lexicalDialect(flavour: SqlFlavour): SqlDialect {
  return flavour === 'portable' ? 'tsql' : flavour;
}
