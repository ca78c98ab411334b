// People are told apart at a glance, and stay the same from one tablet to the next.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colourOf, facesOf } from '../src/domain/people';

const person = (technician_id: string, technician_name: string) => ({ technician_id, technician_name });

test('initials are of two words, or two letters of one', () => {
  const faces = facesOf([person('a', 'Léa Martin'), person('b', 'Marc'), person('c', ' Jean-Luc  Picard ')]);
  assert.equal(faces.get('a')?.initials, 'LM');
  assert.equal(faces.get('b')?.initials, 'MA');
  assert.equal(faces.get('c')?.initials, 'JL');
});

test('two of the same initials get different ones, the same on every tablet', () => {
  const crew = [
    person('t2', 'Luc Morel'),
    person('t1', 'Léa Martin'),
    person('t3', 'Lise Mas'),
    person('t4', 'L'),
  ];
  const faces = facesOf(crew);
  assert.equal(faces.get('t1')?.initials, 'LM');
  assert.equal(new Set([...faces.values()].map((face) => face.initials)).size, crew.length);
  assert.deepEqual(facesOf([...crew].reverse()), faces);
  for (const { initials } of facesOf(
    Array.from({ length: 30 }, (_, n) => person(`t${String(n)}`, 'Al')),
  ).values()) {
    assert.match(initials, /^A.{1,2}$/u);
  }
});

test('the colour is the person’s, whatever the name', () => {
  assert.equal(colourOf('tech_abc'), colourOf('tech_abc'));
  const colours = new Set(Array.from({ length: 200 }, (_, n) => colourOf(`tech_${String(n)}`)));
  assert.equal(colours.size, 8);
  for (const colour of colours) assert.ok(colour >= 0 && colour < 8);
});

test('as long as there are colours nobody shares one', () => {
  const crew = Array.from({ length: 8 }, (_, n) => person(`tech_${String(n * 7)}`, 'Al'));
  const colours = new Set([...facesOf(crew).values()].map((face) => face.colour));
  assert.equal(colours.size, 8);
});

test('whoever has a colour keeps it for the night, and nobody else gets it', () => {
  const [dave, bob] = [person('tech_0', 'Dave'), person('tech_56', 'Bob')];
  const many = Array.from({ length: 6 }, (_, n) => person(`tech_${String(n * 7 + 1)}`, 'Al'));
  const known = new Map<string, number>();
  const see = (...people: ReturnType<typeof person>[]) => {
    const faces = facesOf(people, known);
    for (const [id, { colour }] of faces) known.set(id, colour);
    return faces;
  };
  const first = see(dave).get('tech_0')?.colour;
  see(bob, ...many);
  assert.equal(see(dave, bob, ...many).get('tech_0')?.colour, first);
  assert.equal(new Set(known.values()).size, 8);
  // Nobody is left over: the ninth shares one.
  assert.ok((see(person('tech_999', 'Zoé')).get('tech_999')?.colour ?? -1) >= 0);
  assert.equal(see(dave).get('tech_0')?.colour, first);
});

test('a name of nothing has a face as well', () => {
  assert.equal(facesOf([person('a', '  ')]).get('a')?.initials, '?');
});
