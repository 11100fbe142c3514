"""Words that a text to a phone avoids, by language. Data, read by `lints`. Pure.

A line is one language; entries are separated by commas. `*` at the end of an entry stands for any ending ("oncolog*": oncology,
oncological). Accents and capitals don't matter: both sides are folded before they are compared. English is always looked for
too, since clinics everywhere carry English names: so no English entry may be an everyday word of another language ("sale" goes
out in Spanish, "Std" is an hour in German). Words that everyday texts need ("result", "control", "doctor", "sin embargo") are
not here: a lint that cries at every text is not read.
"""

from collections.abc import Mapping

# Illnesses, states and examinations that a locked screen must not tell, and kinds of clinic that tell as much.
_HEALTH: Mapping[str, str] = {
    "en": "oncolog*, cancer*, tumour*, tumor*, chemo*, radiotherap*, hiv, aids, hepatitis, syphilis, chlamydia, gonorrh*, "
    "herpes, stds, stis, std test*, std result*, std clinic, sti test*, sti result*, sti clinic, sexual health, psychiatr*, "
    "psycholog*, psychotherap*, mental health, depression, bipolar, "
    "schizophren*, anxiety disorder, addiction*, rehab, methadone, detox, alcoholi*, abortion*, termination of pregnancy, "
    "fertility, ivf, infertil*, miscarriage, antenatal, prenatal, gynaecolog*, gynecolog*, urolog*, diabet*, epilep*, "
    "dementia, alzheimer*, parkinson*, tubercul*, erectile, biopsy, biopsies, colonoscop*, mammogra*, smear test, palliative, "
    "hospice, dialysis, diagnos*, test positive, positive result, negative result, tested positive",
    "fr": "oncolog*, cancer*, tumeur*, chimio*, radiotherap*, vih, sida, hepatite*, syphilis, chlamydia, herpes, mst, ist, "
    "sante sexuelle, psychiatr*, psycholog*, psychotherap*, sante mentale, depression, bipolaire, schizophren*, addict*, "
    "toxicoman*, methadone, alcoolisme, ivg, avortement, fertilite, fiv, fausse couche, gynecolog*, urolog*, diabet*, "
    "epilep*, demence, alzheimer*, parkinson*, tubercul*, biopsie*, coloscop*, mammograph*, frottis, palliatif*, dialyse, "
    "diagnos*, resultat positif, resultat negatif",
    "nl": "oncolog*, kanker*, tumor*, chemo*, bestraling, hiv, aids, hepatitis, syfilis, chlamydia, gonorroe, herpes, soa, "
    "seksuele gezondheid, psychiat*, psycholo*, psychotherap*, ggz, depressie*, bipolair*, schizofreni*, verslaving*, "
    "afkick*, methadon, alcoholisme, abortus, vruchtbaarheid*, ivf, miskraam, gynaecolo*, uroloog, urologie, diabet*, "
    "suikerziekte, epilep*, dementie, alzheimer*, parkinson*, tubercul*, biopsie*, darmonderzoek, mammogra*, uitstrijkje, "
    "palliatie*, hospice, dialyse, diagnos*, positieve uitslag, negatieve uitslag",
    "pl": "onkolog*, rak, raka, nowotwor*, guz, guza, chemioterap*, radioterap*, hiv, aids, zapalenie watroby, kila, "
    "chlamydi*, opryszczk*, chorob* wenery*, psychiatr*, psycholog*, psychoterap*, zdrowie psychiczne, depresj*, schizofren*, "
    "uzaleznie*, odwyk*, metadon*, alkoholizm*, aborcj*, nieplodnos*, in vitro, poronieni*, ginekolog*, urolog*, cukrzyc*, "
    "diabetolog*, padaczk*, demencj*, alzheimer*, parkinson*, gruzlic*, biopsj*, kolonoskop*, mammograf*, cytolog*, "
    "paliatywn*, hospicjum, dializ*, diagnoz*, wynik dodatni, wynik ujemny",
    "es": "oncolog*, cancer*, tumor*, quimio*, radioterap*, vih, sida, hepatitis, sifilis, clamidia*, gonorrea, herpes, ets, "
    "salud sexual, psiquiatr*, psicolog*, psicoterap*, salud mental, depresion, bipolar, esquizofren*, adiccion*, "
    "toxicoman*, metadona, alcoholismo, aborto*, fertilidad, fiv, ginecolog*, urolog*, diabet*, epilep*, demencia, "
    "alzheimer*, parkinson*, tubercul*, biopsia*, colonoscop*, mamograf*, citologia*, paliativ*, dialisis, diagnos*, "
    "resultado positivo, resultado negativo",
    "id": "onkolog*, kanker*, tumor*, kemoterapi*, radioterapi*, hiv, aids, hepatitis, sifilis, klamidia, gonore, herpes, "
    "ims, kesehatan seksual, psikiat*, psikolog*, psikoterap*, kesehatan jiwa, depresi, bipolar, skizofreni*, kecanduan, "
    "rehabilitasi narkoba, metadon, alkoholisme, aborsi, kesuburan, bayi tabung, keguguran, ginekolog*, kandungan, urolog*, "
    "diabetes, kencing manis, epilepsi, demensia, alzheimer, parkinson, tbc, tuberkulosis, biopsi, kolonoskopi, mamografi, "
    "pap smear, paliatif, dialisis, cuci darah, diagnos*, hasil positif, hasil negatif",
    "de": "onkolog*, krebs*, tumor*, chemo*, strahlentherap*, hiv, aids, hepatitis, syphilis, chlamydi*, tripper, herpes, "
    "geschlechtskrank*, sexuelle gesundheit, psychiatr*, psycholog*, psychotherap*, psychische gesundheit, depression*, bipolar*, "
    "schizophren*, sucht*, entzug*, methadon, alkoholismus, schwangerschaftsabbruch, abtreibung, kinderwunsch*, ivf, "
    "fehlgeburt, gynakolog*, frauenarzt*, urolog*, diabet*, zuckerkrank*, epilep*, demenz, alzheimer*, parkinson*, "
    "tuberkul*, biopsie*, darmspiegelung, mammograf*, abstrich, palliativ*, hospiz, dialyse, diagnos*, positives ergebnis, "
    "negatives ergebnis, befund positiv, befund negativ",
    "it": "oncolog*, cancro, tumor*, chemioterap*, radioterap*, hiv, aids, epatite, sifilide, clamidia, gonorrea, herpes, mst, "
    "salute sessuale, psichiatr*, psicolog*, psicoterap*, salute mentale, depressione, bipolare, schizofren*, dipendenz*, "
    "tossicodipenden*, metadone, alcolismo, aborto, fertilita, fivet, ginecolog*, urolog*, diabet*, epiles*, demenza, "
    "alzheimer*, parkinson*, tubercol*, biopsi*, colonscop*, mammograf*, pap test, palliativ*, hospice, dialisi, diagnos*, "
    "risultato positivo, risultato negativo, esito positivo, esito negativo",
    "pt": "oncolog*, cancro, cancer, tumor*, quimio*, radioterap*, vih, hiv, sida, aids, hepatite*, sifilis, clamidia, "
    "gonorreia, herpes, dst, ist, saude sexual, psiquiatr*, psicolog*, psicoterap*, saude mental, depressao, bipolar, "
    "esquizofren*, toxicodepend*, dependencia*, metadona, alcoolismo, aborto, ivg, fertilidade, fiv, ginecolog*, urolog*, "
    "diabet*, epilep*, demencia, alzheimer*, parkinson*, tubercul*, biops*, colonoscop*, mamograf*, papanicolau, paliativ*, "
    "dialise, diagnos*, resultado positivo, resultado negativo",
}

# What threatens: a text about care never does, whatever is owed or was missed.
_FEAR: Mapping[str, str] = {
    "en": "final notice, last warning, final warning, legal action, debt collect*, bailiff*, you will be charged, penalty, fined, "
    "or you will lose, you may die, fatal, life threatening, danger to your life, serious consequences, you failed to, "
    "last chance",
    "fr": "dernier avertissement, derniere chance, action en justice, poursuites, huissier*, recouvrement, penalite*, amende*, "
    "mortel*, danger de mort, consequences graves",
    "nl": "laatste waarschuwing, laatste kans, juridische stappen, deurwaarder*, incassobureau*, incassokosten, "
    "incassoprocedure*, boete*, levensgevaar*, dodelijk*, "
    "ernstige gevolgen",
    "pl": "ostatnie ostrzezenie, ostatnia szansa, postepowani* sadow*, komornik*, windykac*, kara pieniezna, grzywn*, "
    "smiertel*, zagrozenie zycia, powazne konsekwencje",
    "es": "ultimo aviso, ultima oportunidad, acciones legales, embargar*, orden de embargo, embargo de, cobro judicial, "
    "multa*, penalizacion*, mortal*, "
    "peligro de muerte, consecuencias graves",
    "id": "peringatan terakhir, kesempatan terakhir, tindakan hukum, penagih utang, denda, mematikan, mengancam nyawa, "
    "akibat serius",
    "de": "letzte warnung, letzte mahnung, letzte chance, rechtliche schritte, gerichtsvollzieher*, inkasso*, strafe*, "
    "strafgebuhr*, todlich*, lebensgefahr*, ernste folgen, schwere folgen",
    "it": "ultimo avviso, ultima possibilita, azioni legali, recupero crediti, ufficiale giudiziario, multa, multe, penale, mortale, "
    "pericolo di vita, gravi conseguenze",
    "pt": "ultimo aviso, ultima oportunidade, acoes legais, penhora*, cobranca judicial, multa*, mortal*, perigo de vida, "
    "consequencias graves",
}

# What sells: news may, a text about care may not, or it is no text about care any more (and the law of news holds for it).
_PROMOTION: Mapping[str, str] = {
    "en": "discount*, special offer*, promotion*, promo, voucher*, coupon*, half price, limited time, free trial, "
    "free gift, buy now, best price*, refer a friend, on sale, sale now, sale ends, big sale, flash sale, spring sale, summer sale, "
    "autumn sale, winter sale",
    "fr": "de remise, remise exceptionnelle, remises, reduction*, offre speciale, offres speciales, promotion*, promo, "
    "bon de reduction, coupon*, soldes, "
    "essai gratuit, cadeau*, prix casse*, parrainez, meilleur prix",
    "nl": "korting*, aanbieding*, actieprijs, kortingscode*, waardebon*, halve prijs, uitverkoop, gratis proef*, cadeau*, "
    "koop nu, laagste prijs",
    "pl": "rabat*, znizk*, promocj*, oferta specjalna, kupon*, voucher*, polowa ceny, wyprzedaz*, gratis, prezent*, kup teraz, "
    "najlepsza cena",
    "es": "descuento*, oferta especial, ofertas, promocion*, promo, cupon*, vale descuento, mitad de precio, rebajas, "
    "prueba gratis, regalo*, compre ahora, mejor precio",
    "id": "diskon*, promo, promosi*, penawaran khusus, voucher*, kupon*, setengah harga, obral, coba gratis, hadiah*, "
    "beli sekarang, harga terbaik",
    "de": "rabatt*, sonderangebot*, aktionspreis*, gutschein*, halber preis, zum halben preis, ausverkauf, gratis, geschenk*, "
    "jetzt kaufen, bester preis, werben sie",
    "it": "sconto, sconti, offerta speciale, offerte, promozion*, promo, buono sconto, coupon, meta prezzo, saldi, "
    "prova gratuita, regalo, regali, compri ora, miglior prezzo",
    "pt": "desconto*, oferta especial, ofertas, promocao, promocoes, promo, cupao, cupoes, cupom, metade do preco, saldos, "
    "experimente gratis, brinde*, presente gratis, compre ja, melhor preco",
}

HEALTH = "health"
FEAR = "fear"
PROMOTION = "promotion"
WORDS: Mapping[str, Mapping[str, str]] = {HEALTH: _HEALTH, FEAR: _FEAR, PROMOTION: _PROMOTION}
