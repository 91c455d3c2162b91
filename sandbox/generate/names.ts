/** Invented names, chosen to hold what real ones hold: apostrophes, hyphens, spaces, accents, other scripts. */
export const firstNames: readonly string[] = [
  ...['Aaliyah', 'Adam', 'Aisha', 'Alfie', 'Amelia', 'Amir', 'Anaïs', 'Archie', 'Ava', 'Benjamin', 'Beatrix', 'Caleb'],
  ...['Callum', 'Chloë', 'Daisy', 'Darragh', "D'Andre", 'Ebony', 'Elif', 'Elsie', 'Emeka', 'Esmé', 'Ethan', 'Ewa'],
  ...['Fatima', 'Finlay', 'Florence', 'Freya', 'George', 'Grace', 'Hana', 'Harper', 'Ibrahim', 'Imogen', 'Isla', 'Ivy'],
  ...['Jayden', 'Jean-Luc', 'José', 'Kai', 'Khadija', 'Kofi', 'Leila', 'Léo', 'Luca', 'Łukasz', 'Mabel', 'Maisie'],
  ...['Malachi', 'Mary Ann', 'Mia', 'Mohammed', 'Muna', 'Nadia', 'Niamh', 'Noah', 'Oğuz', 'Olivia', 'Oscar', 'Phoebe'],
  ...['Poppy', 'Quinn', 'Rhys', 'Riley', 'Rosa', 'Ruby', 'Saoirse', 'Seán', 'Siân', 'Sofia', 'Søren', 'Tadhg', 'Tariq'],
  ...['Theo', "T'Keyah", 'Uzoma', 'Violet', 'Wei', 'Willow', 'Yasmin', 'Yusuf', 'Zainab', 'Zara', 'Zoë'],
  ...['Саша', 'Мария', 'محمد', 'فاطمة', '小明', 'さくら', 'Αλέξης', 'ዳዊት', 'אֵיתָן', 'प्रिया'],
];

export const surnames: readonly string[] = [
  ...[
    'Abara',
    'Ahmed',
    'Akhtar',
    'Allan',
    'Ashdown',
    'Bałuk',
    'Barnaby',
    'Begum',
    'Brook',
    'Carrow',
    'Chanda',
    'Clegg',
  ],
  ...[
    'Da Silva',
    "D'Arcy",
    'De la Cruz',
    'Dunmore',
    'Eze',
    'Fairweather',
    'Farouk',
    'Fennell',
    'García',
    'Gill',
    'Grant',
  ],
  ...[
    'Harrowby',
    'Hasan',
    'Holt',
    'Hussain',
    'Iqbal',
    'Jarvis',
    'Johansson',
    'Kamara',
    'Kaur',
    'Kowalczyk',
    'Lindqvist',
  ],
  ...["M'Bala", 'MacLeod', "Ma'afu", 'Mensah', 'Müller', 'Nguyễn', 'Novák', "O'Brien", "O'Connor", "O'Neill", 'Okafor'],
  ...['Osei', 'Patel', 'Pemberton-Hughes', 'Popescu', 'Quayle', 'Rahman', 'Ridley', 'Sánchez', 'Sharma', 'Siddiqui'],
  ...['Smith-Jones', 'St. John', 'Thistlewood', 'Tran', 'Ünal', 'van der Berg', 'Wainwright', 'Weir', 'Yıldız', 'Żak'],
  ...['Иванова', 'حسن', '王', 'Παππάς', 'ተስፋዬ', 'לוי', 'सिंह', '田中'],
];

/** Postcode areas that the Royal Mail does not use, so that no invented address is somebody's home. */
const postcodeAreas = ['QA', 'QE', 'QN', 'VA', 'VE', 'VN', 'JA', 'JE', 'ZA', 'ZN'] as const;
/** Letters of the second half of a postcode. X is left out: "0X" would trip the API's web firewall. */
const inwardLetters = 'ABDEFGHJLNPQRSTUWYZ';

/** A postcode of the right form in an area that does not exist. `pick(n)` gives a whole number from 0 to n - 1. */
export function inventPostcode(pick: (count: number) => number): string {
  const area = postcodeAreas[pick(postcodeAreas.length)] ?? 'QA';
  const letter = () => inwardLetters.charAt(pick(inwardLetters.length));
  return `${area}${1 + pick(29)} ${pick(10)}${letter()}${letter()}`;
}
