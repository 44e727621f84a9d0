"""What plausible titles, names and texts are made of. Made up: a name that a person bears is chance."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words("""
    Ada Adaeze Agnes Ahmed Aiko Alan Albert Alexei Alice Alma Amara Amélie Amina Ana Anders André Andrew
    Anjali Anna Antonia Arjun Arthur Astrid Aylin Beatrice Ben Bernard Bianca Björn Bridget Bruno
    Camille Carlos Carmen Caroline Cecilia Charles Chiara Chinua Chloé Christopher Claire Clara Daniel
    Daphne David Deborah Dmitri Dora Dorothy Edith Edward Eileen Elena Elif Elizabeth Ella Emeka Emil
    Emily Emma Enrique Eric Esther Eva Farah Fatima Felix Fiona Florence Frances Frank Frida Gabriel
    George Gerda Giulia Grace Graham Greta Hana Hannah Harold Harriet Hassan Helen Henrik Henry Hiroshi
    Hugo Ian Ibrahim Ida Imogen Ines Ingrid Irene Isaac Isabel Ivan Jack Jacob James Jan Jane Javier
    Jean Jens Joan João Johanna John Jonas José Joseph Josephine Judith Jules Julia Jun Karen Karl Kate
    Keiko Kenji Kofi Kwame Lars Laura Leila Lena Leo Liam Lily Lucas Lucía Luis Mabel Maeve Magda Malik
    Manuel Marcel Margaret Maria Marie Marta Martin Mary Mateo Matthew Maya Mei Michael Miguel Mina Mira
    Mohammed Molly Nadia Naomi Natalia Nell Niamh Nicholas Nina Noah Noor Nora Oliver Olga Oscar Paloma
    Patrick Paul Paula Pedro Peter Petra Philip Phoebe Priya Rachel Rafael Ravi Rebecca Renée Richard
    Robert Rosa Rose Ruth Samuel Sara Sebastian Selma Seán Sigrid Simone Sofia Søren Stella Stephen
    Susan Sven Sylvia Takeshi Tamara Teresa Theo Thomas Tove Ulrike Uma Ursula Valentina Vera Victor
    Vikram Violet Walter Wei Wilfred William Winifred Yara Yasmin Yuki Yusuf Zadie Zara Zoë
""")

SURNAMES = _words("""
    Abara Achebe-Cole Acosta Adeyemi Ahlberg Akhtar Almeida Álvarez Amadi Andersson Arslan Asante Aubert
    Baker Banerjee Barros Bauer Becker Bell Bergström Bianchi Blanc Bloom Boateng Bonnet Borges-Lima
    Brandt Brennan Brooks Bui Byrne Calder Campos Carter Castillo Chaudhry Chen Clarke Cohen Conti Costa
    Croft Cruz Dahl Das Davies Delgado Demir Desai Diallo Díaz Doyle Drummond Dubois Eriksen Esposito
    Evans Faber Farrell Fernández Ferrari Fischer Fitzgerald Fontaine Fournier Fraser Fujita Gallagher
    García Garnier Ghosh Gomes González Greco Green Grieve Gupta Haddad Hakimi Hansen Hartmann Hassan
    Hayashi Hernández Hoang Hoffmann Holm Huber Hughes Ibarra Ito Ivanova Jansen Jiménez Johansson Jones
    Joshi Kamau Kang Kapoor Karlsson Katz Kaya Keller Khan Kim King Klein Kovács Kowalska Krüger Kumar
    Lambert Lang Larsen Laurent Lê Lefèvre Leone Lévy Li Lindqvist Lopes López Lund Mahmoud Maier
    Mancini Marchetti Marín Martínez Mazur Mbeki-Jones McAllister McBride Medina Mehta Mendes Mensah
    Meyer Mishra Molina Moreau Moreno Mori Moss Müller Murphy Mwangi Nakamura Navarro Ndiaye Németh
    Nguyễn Nielsen Nilsson Novák Nowak Nwosu Oduya Okafor Okonkwo-Reid Oliveira Olsen Ortega Osei
    Özdemir Park Patel Pavlova Pereira Pérez Petrov Pham Phillips Popescu Quinn Ramírez Rao Reyes Ricci
    Richter Rivera Roberts Romano Rossi Roux Ruiz Russo Ryan Saidi Saito Salazar Sánchez Santos Sato
    Schmidt Schneider Shah Sharma Silva Simon Singh Şahin Sokolov Sørensen Soto Souza Stewart Suzuki
    Szabó Takahashi Tanaka Taylor Thapa Thomas Torres Tran Traoré Tremblay Ueda Vargas Vasquez Vermeulen
    Vidal Visser Vogel Wagner Walsh Wang Watanabe Weber Weiss Williams Wolf Wood Wright Wu Yamamoto Yang
    Yılmaz Young Zając Zhang Ziegler Zimmermann
""")
# The English ones are made of two parts, as they came about.
FIRST_PARTS = _words("""
    Ash Ald Barn Beck Birch Black Brad Brook Burn Carl Chad Clay Cliff Cold Comp Corn Crom Dal Dun East
    Elm Fair Farn Field Ford Glen Gold Grim Hal Ham Hart Hazel Heath Hol Kel King Lang Lind Lock Mar Mid
    Mill Moor Nor North Oak Pen Pres Rad Red Rock Rush Sand Shel Sher Stan Stone Sut Thorn Wade War Wel
    West Whit Wil Win Wood Wych
""")
LAST_PARTS = _words("""
    acre bourne bridge burn bury by castle cliffe combe croft dale den don field ford gate ham hurst
    land leigh ley low man mere more stead stock ston stone thorpe ton ville wall ward well wick wood
    worth
""")

NOUNS = _words("""
    river night garden winter letter house silver daughter stone island summer glass history shadow road
    fire sea bird kingdom mountain memory paper song salt moon thread clock harbour orchard wolf mirror
    door bridge forest crow king queen map star storm secret promise silence tide lantern library
    lighthouse machine marriage mask meadow midnight morning mother father sister brother name needle
    ocean oracle painter palace pilgrim planet poet prince prophet rain raven return riddle ring rose
    ruin sailor season seed shore sky sleep snow soldier sorrow sparrow spring station stranger street
    sun swan sword table teacher temple theatre thief throne tower traveller tree truth valley violin
    visitor voice voyage wall war watcher water weaver wedding whale widow wind window witch wren year
    apple arrow ash autumn bell blood boat bone bottle box branch bread butterfly candle castle cat cave
    chair child city cloud coast colour compass corner country crown dance dark dawn death desert dinner
    dog dragon dream dust earth echo edge empire engine evening eye fable falcon farm feast fever field
    flood flower fog fox ghost gift girl god grass grave guest hand heart heir hill honey horizon horse
    hour hunter ice ink iron ivy jewel journey judge key knife lake lamp language lily line lion lock
""")
ADJECTIVES = _words("""
    last lost silent hidden golden broken secret crooked distant quiet burning frozen invisible
    forgotten other first second long little great red blue green white black grey wild gentle bitter
    sweet hollow bright dark deep narrow empty open perfect impossible ordinary strange borrowed stolen
    unfinished wandering restless patient stubborn careless faithful foreign northern southern western
    eastern midnight paper glass iron wooden salt velvet amber scarlet emerald crystal ancient modern
    new old young late early final endless brief sudden slow heavy light cruel kind wise foolish honest
    wicked holy hungry lonely merry proud humble noble common private public sacred
""")
PLACES = _words("""
    Lisbon Vienna Lagos Kyoto Cairo Venice Havana Odessa Prague Istanbul Oslo Naples Dublin Zanzibar
    Samarkand Valparaíso Trieste Bombay Alexandria Marrakesh Bergen Kraków Seville Tangier Aleppo Manila
    Accra Quito Edinburgh Galway Cornwall Provence Tuscany Patagonia Siberia Lapland Orkney Skye Crete
    Cyprus Malta Iceland Java Peru Bengal Kerala Tibet Montréal Chicago Harlem Brooklyn Texas Alaska
    Tasmania Whitby Dover Norfolk Kent Snowdonia Finisterre Elsinore
""")
SERIES_KINDS = _words("""
    Chronicles Trilogy Cycle Saga Mysteries Quartet Sequence Stories Files Legacy Tales Inheritance
""")
PRESSES = (
    "Press",
    "Books",
    "House",
    "Editions",
    "& Sons",
    "Publishing",
    "Library",
    "& Company",
    "Verlag",
    "Presses",
)

TITLES = (
    "The {adjective} {noun}",
    "The {noun} of {place}",
    "A {noun} in {place}",
    "{adjective} {nouns}",
    "The {noun} and the {noun2}",
    "The {noun}'s {noun2}",
    "{noun} and {noun2}",
    "The {adjective} {noun} of {place}",
    "When the {noun} came to {place}",
    "A {adjective} {noun}",
    "{place}",
    "{nouns}",
    "What the {noun} knew",
    "Letters from {place}",
    "All the {adjective} {nouns}",
    "The {noun}",
    "Under the {adjective} {noun}",
    "Beyond the {noun}",
)
NONFICTION_TITLES = (
    "{subject}: a {adjective} history",
    "An introduction to {subject}",
    "{subject} in {place}",
    "The {adjective} guide to {subject}",
    "The {noun} of {subject}",
    "{subject} for everyone",
    "Understanding {subject}",
    "The {adjective} {noun}: essays on {subject}",
    "A {noun} in {place}",
    "Practical {subject}",
    "{subject} and the {noun}",
    "The Oxbridge companion to {subject}",
    "{subject} today",
    "{number} lessons in {subject}",
)
SUBTITLES = (
    "A novel",
    "Stories",
    "How {place} changed the world",
    "A {adjective} life",
    "The story of the {adjective} {noun}",
    "From {place} to {place2}",
    "Notes on the {noun} and the {noun2}",
    "{number} ways to think about the {noun}",
    "With exercises and answers",
    "Theory and practice",
    "A memoir",
    "The illustrated edition",
)
SENTENCES = (
    "In {place}, a {adjective} {noun} sets out to find the {noun2} that everybody else has given up for lost.",
    "Nobody in {place} remembers who built the {adjective} {noun}, until a {noun2} is found beneath it.",
    "What begins as a {adjective} {noun} ends, {number} years later, with a {noun2} on the road from {place}.",
    "Drawing on letters, diaries and the archives of {place}, this is an account of the {noun} as nobody has told it.",
    "With patience and wit the author shows why the {noun} still matters, and what it owes to the {noun2}.",
    "A {noun}, a {noun2} and a {adjective} promise: three lives meet in {place} in the course of a single winter.",
    "Each chapter takes up a question, from the {noun} to the {noun2}, and answers it in plain words.",
    "This edition is revised throughout, with {number} new illustrations and notes for further reading.",
    "It is a book about {nouns}, about the {adjective} hours before dawn, and about what we choose to keep.",
    "Readers in {place} have loved it for a generation; here it is at last for everyone.",
    "Clear, careful and often funny, it asks what a {adjective} {noun} can teach us about the {noun2}.",
    "The {adjective} heart of the story is a {noun} whom nobody believes, and the {noun2} who does.",
    "By turns {adjective} and tender, it follows {number} people across {place} and back again.",
    "From the first {noun} to the last {noun2}, an unforgettable journey through {place}.",
)
