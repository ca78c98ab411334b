// The French texts of /trust, read by that page alone. Paths through menus are as the systems name them in this language.
import type { System } from '../../trust/system';

export const trust = {
  title: 'Le hub en HTTPS',
  why: 'Facultatif : tout marche sans HTTPS. Avec HTTPS, la page s’ouvre même sans réseau, s’ajoute à l’écran d’accueil, et personne sur le Wi-Fi ne peut lire ce qui passe. Pour cela, cet appareil doit faire confiance au certificat du hub : une seule fois suffit.',
  reading: 'On demande au hub…',
  away: 'Le hub ne répond pas. Nouvel essai automatique.',
  none: 'Ce hub n’a pas d’adresse HTTPS.',
  noneHow: 'Pour l’avoir, le chef d’équipe le démarre avec « --tls auto ».',
  checking: 'On vérifie…',
  not: 'Pas encore : ce navigateur ne fait pas confiance au hub.',
  notWhy: 'Suivez les étapes ci-dessous et revenez ici ; la vérification est automatique.',
  again: 'Vérifier maintenant',
  yes: 'C’est bon : ce navigateur fait confiance au hub.',
  yesWhy:
    'La nouvelle page reprend votre nom et vos relevés non envoyés. D’ici là, rien ne quitte l’ancienne.',
  asked: 'Répondez à la question dans la nouvelle page. D’ici là, rien ne quitte celle-ci.',
  moved: 'Le passage est fait. Cette page peut être fermée.',
  failed: 'Le passage n’a pas abouti. Tout est encore ici ; recommencez.',
  goOn: 'Continuer en HTTPS',
  here: 'Cette page est déjà en HTTPS.',
  hereHow:
    'Si le navigateur a d’abord affiché un avertissement, le certificat manque encore : les étapes sont ci-dessous.',
  onDevice: 'Installer le certificat sur un appareil',
  open: 'Ouvrir les audits',
  plain: 'Continuer sans HTTPS',
  steps: (system: string) => `Installer le certificat : ${system}`,
  other: 'Un autre appareil ?',
  get: 'Télécharger le certificat',
  getProfile: 'Télécharger le profil',
  system: {
    android: 'Android',
    ios: 'iPhone, iPad',
    windows: 'Windows',
    macos: 'Mac',
    linux: 'Linux (Chrome)',
    firefox: 'Firefox',
  } satisfies Record<System, string>,
  how: {
    android: [
      'Téléchargez le certificat. Si Android dit qu’il faut l’installer dans les Paramètres, c’est normal : fermez.',
      'Ouvrez Paramètres > Sécurité et confidentialité > Autres paramètres de sécurité > Chiffrement et identifiants > Installer un certificat > Certificat CA. (Samsung : Paramètres > Sécurité et confidentialité > Autres paramètres de sécurité > Installer depuis la mémoire du téléphone > Certificat CA. Le plus court : chercher « certificat CA » dans les Paramètres.)',
      'Touchez « Installer quand même », donnez le code de l’écran, et choisissez fieldhub-ca.crt dans les téléchargements.',
      'Sans code de verrouillage, Android n’installe pas de certificat : il en demande un.',
      'Revenez ici. Android dira peut-être que le réseau peut être surveillé : c’est sa façon de dire qu’un certificat a été ajouté.',
    ],
    ios: [
      'Dans Safari (pas dans un autre navigateur), téléchargez le profil et touchez « Autoriser ».',
      'Ouvrez Réglages > Profil téléchargé, tout en haut, puis « Installer ». (Sinon : Réglages > Général > VPN et gestion de l’appareil.)',
      'Ensuite Réglages > Général > Informations > Réglages des certificats : activez la confiance totale pour le certificat du hub. Sans cette étape, rien ne change.',
      'Revenez ici.',
    ],
    windows: [
      'Téléchargez le certificat et ouvrez-le, puis « Installer un certificat… ».',
      'Choisissez « Utilisateur actuel », puis « Placer tous les certificats dans le magasin suivant » > Parcourir > « Autorités de certification racines de confiance ».',
      'Terminez, répondez Oui à l’avertissement, et redémarrez le navigateur. Chrome, Edge et Firefox s’en servent.',
    ],
    macos: [
      'Téléchargez le certificat et ouvrez-le : Trousseaux d’accès l’ajoute au trousseau « session ».',
      'Dans Trousseaux d’accès, double-cliquez sur le certificat du hub, ouvrez « Se fier », et mettez « Toujours approuver » pour « Lors de l’utilisation de ce certificat ».',
      'Fermez la fenêtre, donnez votre mot de passe, et redémarrez le navigateur. Safari, Chrome et Firefox s’en servent.',
    ],
    linux: [
      'Téléchargez le certificat.',
      'Ouvrez chrome://certificate-manager > Certificats locaux > Installés par vous > Certificats de confiance > Importer, et choisissez fieldhub-ca.pem. (Avant Chrome 131 : chrome://settings/certificates > Autorités > Importer, et cochez l’identification des sites web.)',
      'Ou dans un terminal, avec le paquet libnss3-tools : certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n fieldhub -i fieldhub-ca.pem',
      'Pour Firefox, voyez « Firefox » ci-dessous.',
    ],
    firefox: [
      'Téléchargez le certificat. Si Firefox propose tout de suite de lui faire confiance, cochez « pour identifier des sites web ».',
      'Sinon, sur ordinateur : Paramètres > Vie privée et sécurité > Certificats > Afficher les certificats > Autorités > Importer, choisissez fieldhub-ca.pem, et cochez « Confirmer cette AC pour identifier des sites web ».',
      'Sur Android : installez d’abord le certificat dans Android (ci-dessous). Puis, dans Firefox, Paramètres > À propos de Firefox, touchez le logo cinq fois ; revenez, et sous « Secret Settings » activez « Use third party CA certificates ». Chrome demande moins.',
    ],
  } satisfies Record<System, string[]>,
  meansTitle: 'Ce que cela veut dire',
  means: [
    'Votre appareil croira ce hub quand il dit qui il est. Le hub garde sa clé pour lui ; elle ne quitte pas sa carte.',
    'Ce certificat est limité aux noms du réseau local et aux adresses privées : les appareils qui respectent cette limite ne le croiront pour aucun site d’Internet.',
    'Retirez-le quand vous ne travaillez plus avec ce hub, là où vous l’avez installé.',
  ],
  compare: 'Est-ce bien ce hub ? Comparez avec ce que dit « fieldhub status » sur le hub :',
};

export type TrustTexts = typeof trust;
